/** The `t` of an audit record: contract §7 lists them all. */
export const AUDIT_EVENTS = [
  'session.viewed',
  'session.listed',
  'session.ended',
  'session.bulk-previewed',
  'session.history-viewed',
  'audit.viewed',
  'second-factor.changed',
  'access-token.changed',
  'login',
  'failed-login-attempt',
  'second-factor.failed',
] as const;
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

export type AuditChange =
  | 'totp.enrolment-begun'
  | 'totp.enabled'
  | 'totp.disabled'
  | 'totp.reset'
  | 'backup-codes.regenerated'
  | 'email-codes.enabled'
  | 'email-codes.disabled'
  | 'email-code.requested'
  | 'second-factor.forgotten'
  | 'access-token.generated'
  | 'access-token.regenerated'
  | 'access-token.removed'
  | 'tokens.removed';

export type AuditValue = string | number | boolean | null;

/** Without `_id`, the request had no login; without an address, no request caused it. */
export interface AuditActor {
  type: 'user';
  _id?: string;
  username?: string;
  ip?: string;
  useragent?: string;
}

/** Never holds a secret. */
export interface AuditEntry {
  t: AuditEvent;
  ts: Date;
  actor: Partial<AuditActor>;
  data: { result: string } & Record<string, AuditValue>;
  /** The account that was found in the database; names in a refused request are not verified. */
  found?: { userId?: string; username?: string };
  /** The id of the user whom it was about, for searching; `data` does not repeat the actor. */
  subject?: string | undefined;
}

/** In UTF-16 units; headers and parameters can be kilobytes long. */
export const LONGEST_TEXT = 200;

/** Any other result is the kind of a refusal, or `unfinished`. */
export const OK = 'ok';

/** The result of what has begun: it stays if the process dies before the end is stored. */
export const UNFINISHED = 'unfinished';
