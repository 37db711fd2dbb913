import { escapeUnprintable } from '../common/logging/printable';
import { AuditActor, AuditEntry, AuditEvent, AuditValue, LONGEST_TEXT } from './audit-event';

/** A stored record, in the shape of Rocket.Chat's server events (contract §7). */
export interface AuditRecord {
  _id: string;
  t: AuditEvent;
  ts: Date;
  actor: Partial<AuditActor>;
  data: { key: string; value: AuditValue }[];
  /** What a record can be searched by, so that one index serves every search. */
  keys: string[];
  expiresAt: Date;
}

export const SEARCHED = ['t', 'actor', 'userId', 'sessionId'] as const;
/** What to search records for; all given values must match. `actor` is an id or a username. */
export type AuditSearch = Partial<Record<(typeof SEARCHED)[number], string>>;

export function newRecord(entry: AuditEntry, _id: string, expiresAt: Date): AuditRecord {
  const { t, ts, actor, data, subject, found = {} } = entry;
  const sessionId = typeof data.sessionId === 'string' ? data.sessionId : undefined;
  const about = typeof data.userId === 'string' ? data.userId : undefined;
  const keys = keysOf({
    t,
    actor: actor._id,
    userId: found.userId ?? about ?? subject,
    sessionId,
  });
  if (actor.username !== actor._id) keys.push(...keysOf({ actor: actor.username }));
  return {
    _id,
    t,
    ts,
    actor: Object.fromEntries(Object.entries(actor).map(([name, value]) => [name, stored(value)])),
    data: Object.keys(data).map((key) => ({ key, value: stored(data[key] ?? null) })),
    keys,
    expiresAt,
  };
}

/** The keys of all records that a search finds. Ids of other programs may be no texts; those have none. */
export function keysOf(search: Partial<Record<keyof AuditSearch, string | undefined>>): string[] {
  const keys: string[] = [];
  for (const name of SEARCHED) {
    const value = search[name];
    if (typeof value === 'string') keys.push(`${name}:${printable(value)}`);
  }
  return keys;
}

function stored(value: AuditValue): AuditValue {
  return typeof value === 'string' ? printable(value) : value;
}

/** Cut before it is escaped, so that the work is bounded, and after, because escapes are longer. */
function printable(text: string): string {
  return escapeUnprintable(text.slice(0, LONGEST_TEXT)).slice(0, LONGEST_TEXT);
}
