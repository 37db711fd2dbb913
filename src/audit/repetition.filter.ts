import { AuditEntry, OK } from './audit-event';

export const WINDOW_MS = 60_000;
/** The number of verified wrong codes per user (contract §4), so that each such guess of a signed-in user has its own line. */
export const MAX_ALIKE = 25;
/** Refusals of one user, or entries of one address without a login; then all entries without a login. */
export const MAX_OF_ONE = 100;
/** Kept for a year and more: at this rate, strangers who never rest cost some 230 MB a day. */
export const MAX_OF_STRANGERS = 100;

const STRANGERS = 'strangers';

interface Fold {
  common: Pick<AuditEntry, 't' | 'actor' | 'data'>;
  repeated: number;
  first: Date;
  last: Date;
}

/**
 * Keeps refused requests from filling the disk: counts similar entries and summarises them after the window. In memory are
 * at most `MAX_OF_STRANGERS` kinds of strangers, one per route, those of existing users, and one for each guess at an
 * existing account, which the login throttle bounds. What a user was granted is never counted: each is an act of its own.
 */
export class RepetitionFilter {
  private began = -Infinity;
  private readonly taken = new Map<string, number>();
  private readonly folds = new Map<string, Fold>();

  isOver(now: Date): boolean {
    const age = now.getTime() - this.began;
    // A clock that was set back must not extend the window.
    return age >= WINDOW_MS || age < 0;
  }

  /** @returns whether to write the entry */
  take(entry: AuditEntry): boolean {
    if (isGranted(entry)) return true;
    const { common, kind, limits } = classify(entry);
    if (limits.every(([key, limit]) => (this.taken.get(key) ?? 0) < limit)) {
      for (const [key] of limits) this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
      return true;
    }
    const isOfAccount = (entry.actor._id ?? entry.found?.userId) !== undefined;
    if (isOfAccount || this.taken.has(kind)) {
      this.count(JSON.stringify([kind, entry.found]), entry.ts, common);
    } else {
      // Clients without a login are unbounded in number, so these are counted per route only.
      const data = pick(entry.data, ['route']);
      this.count(JSON.stringify([entry.t, data]), entry.ts, { t: entry.t, actor: {}, data });
    }
    return false;
  }

  /** @returns one summary per kind */
  next(now: Date): AuditEntry[] {
    const counted = [...this.folds.values()].map(({ common, repeated, first, last }) => ({
      ...common,
      ts: now,
      data: { ...common.data, repeated, from: first.toISOString(), to: last.toISOString() },
    }));
    this.began = now.getTime();
    this.taken.clear();
    this.folds.clear();
    return counted;
  }

  private count(key: string, ts: Date, common: Fold['common']): void {
    const fold = this.folds.get(key);
    if (fold) {
      fold.repeated += 1;
      // They end in another order than they began.
      if (ts < fold.first) fold.first = ts;
      if (ts > fold.last) fold.last = ts;
    } else {
      this.folds.set(key, { common, repeated: 1, first: ts, last: ts });
    }
  }
}

function isGranted({ actor, data }: AuditEntry): boolean {
  return data.result === OK && actor._id !== undefined;
}

function classify({ t, actor, data, found = {} }: AuditEntry): {
  common: Fold['common'];
  kind: string;
  limits: [key: string, limit: number][];
} {
  const { _id, username, ip = '' } = actor;
  const isStranger = _id === undefined;
  const who = JSON.stringify(isStranger ? { ip } : { _id });
  const same: Fold['common']['actor'] = isStranger
    ? { type: 'user', ip }
    : { type: 'user', _id, ...(username !== undefined && { username }) };
  const told = pick(data, ['route', 'change', 'reason']);
  // A refused client chooses the names it sends, so only what was found in the database distinguishes refusals.
  const about = { ...told, ...found };
  // Of strangers not even that: whoever has to wait for a record would learn that the account exists (contract §5).
  const kind = JSON.stringify([t, who, isStranger ? told : about]);
  const limits: [string, number][] = [[kind, MAX_ALIKE]];
  // What a user asks of an existing account must not be lost among their other refusals.
  if (isStranger || found.userId === undefined) limits.push([who, MAX_OF_ONE]);
  if (isStranger) limits.push([STRANGERS, MAX_OF_STRANGERS]);
  return { common: { t, actor: same, data: about }, kind, limits };
}

function pick(data: AuditEntry['data'], names: readonly string[]): AuditEntry['data'] {
  const kept = Object.entries(data).filter(([name]) => names.includes(name));
  return { result: data.result, ...Object.fromEntries(kept) };
}
