/** The `t` of an audit record (contract §7). */
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

/** Without `_id`, the request had no login. */
export interface AuditActor {
  type: 'user';
  _id?: string;
  username?: string;
  ip: string;
  useragent: string;
}

/** Never holds a secret. */
export interface AuditEntry {
  t: AuditEvent;
  ts: Date;
  actor: Partial<AuditActor>;
  data: { result: string } & Record<string, AuditValue>;
  /** The account that was found in the database; names in a refused request are not verified. */
  found?: { userId?: string; username?: string };
}

/** In UTF-16 units; headers and parameters can be kilobytes long. */
export const LONGEST_TEXT = 200;

/** Any other result is the kind of a refusal. */
export const OK = 'ok';
