/** What a request is about to whoever reads the log: the `t` of an audit record (contract §7). */
export type AuditEvent =
  | 'login'
  | 'failed-login-attempt'
  | 'session.viewed'
  | 'session.listed'
  | 'session.ended'
  | 'second-factor.changed'
  | 'second-factor.code-requested'
  | 'access-token.changed'
  | 'access-token.listed';

/** What exactly a request changes, or would have changed, where an event has several. */
export type AuditChange =
  | 'totp.enrolment-begun'
  | 'totp.enabled'
  | 'totp.disabled'
  | 'totp.reset'
  | 'backup-codes.regenerated'
  | 'email-codes.enabled'
  | 'email-codes.disabled'
  | 'access-token.generated'
  | 'access-token.regenerated'
  | 'access-token.removed';

export type AuditValue = string | number | boolean | null;

/** Who asks, and from where. Without an `_id` nobody was logged in. */
export interface AuditActor {
  type: 'user';
  _id?: string;
  username?: string;
  ip: string;
  useragent: string;
}

/** One request, or a number of them that were alike. Nothing in here is a secret. */
export interface AuditEntry {
  t: AuditEvent;
  ts: Date;
  actor: Partial<AuditActor>;
  /** How it ended, and what it was about. */
  data: { result: string } & Record<string, AuditValue>;
  /** Of what it was about, the account that was really found. What a refused client names is its own invention. */
  found?: { userId?: string; username?: string };
}

/** Headers and parameters may have kilobytes, and a log line is for people. In UTF-16 units. */
export const LONGEST_TEXT = 200;

/** The result of whatever was done as asked; any other is the kind of a refusal. */
export const OK = 'ok';
