import { AuditEntry, AuditValue, LONGEST_TEXT, OK } from '../audit/audit-event';
import { RequestOrigin } from '../audit/request-notes';
import { isText } from '../workspace-data/sessions/stored-session';
import { SessionEnding } from './session-ending.schema';

/**
 * The audit record of an ending. Its id follows from the ending, so that however often it is stored, there is one; the
 * time belongs to it because a token may end again when its ending has expired.
 */
export function recordOfEnding(ending: SessionEnding): [id: string, entry: AuditEntry] {
  const { _id, endedAt, endedBy, reason, note, sessionId, userId, pending } = ending;
  // Whatever somebody wrote there must not keep the endings beside it from their records.
  const ts = isDate(endedAt) ? endedAt : new Date(0);
  const { username, ip, useragent, requestId, route } = pending?.origin ?? {};
  const entry: AuditEntry = {
    t: 'session.ended',
    ts,
    actor: { type: 'user', ...texts({ _id: endedBy, username, ip, useragent }) },
    data: { result: OK, ...texts({ reason, route, requestId, sessionId, userId, note }) },
  };
  return [`ending-${_id}-${ts.getTime()}`, entry];
}

/** Headers can be kilobytes long, and an ending is stored for each of a thousand sessions. */
export function bounded(origin: RequestOrigin): RequestOrigin {
  return Object.fromEntries(
    Object.entries(origin).map(([name, text]: [string, string]) => [
      name,
      text.slice(0, LONGEST_TEXT),
    ]),
  ) as unknown as RequestOrigin;
}

/** Other programs may have stored anything. */
function texts(values: Record<string, unknown>): Record<string, AuditValue & string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => isText(entry[1])),
  );
}

function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime());
}
