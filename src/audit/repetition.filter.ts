import { AuditEntry, OK } from './audit-event';

/** In how long a time entries are alike, in milliseconds. */
export const WINDOW_MS = 60_000;
/** As many as wrong codes are judged of one user (contract §4), so that each judged guess has a line of its own. */
export const MAX_ALIKE = 25;
/** Refusals of one user, or entries of one address where nobody was logged in. */
export const MAX_OF_ONE = 100;
/** Entries of all requests together where nobody was logged in. */
export const MAX_OF_STRANGERS = 500;

const STRANGERS = 'strangers';

/** Entries that were not written one by one. */
interface Fold {
  /** What they have in common. */
  common: Pick<AuditEntry, 't' | 'actor' | 'data'>;
  repeated: number;
  first: Date;
  last: Date;
}

/**
 * Decides which entries are written one by one, so that nobody fills a disk by being refused. What is not is counted,
 * and the counts are handed out when the minute is over: nothing is lost silently. Memory and work are bounded: strangers
 * make at most `MAX_OF_STRANGERS` kinds of entries a minute, and users are as many as the workspace has.
 */
export class RepetitionFilter {
  private began = -Infinity;
  private readonly taken = new Map<string, number>();
  private readonly folds = new Map<string, Fold>();

  /** Whether the minute that `take` counts in is over. */
  isOver(now: Date): boolean {
    const age = now.getTime() - this.began;
    // A clock that was set back must not prolong it.
    return age >= WINDOW_MS || age < 0;
  }

  /** @returns whether the entry is to be written; otherwise it has been counted */
  take(entry: AuditEntry): boolean {
    const { common, kind, limits } = judge(entry);
    if (limits.every(([key, limit]) => (this.taken.get(key) ?? 0) < limit)) {
      for (const [key] of limits) this.taken.set(key, (this.taken.get(key) ?? 0) + 1);
      return true;
    }
    if (entry.actor._id !== undefined || this.taken.has(kind)) {
      this.count(kind, entry.ts, common);
    } else {
      // A stranger that has no line of its own gets no count of its own either: there may be any number of them.
      const data = pick(entry.data, ['route']);
      this.count(JSON.stringify([entry.t, data]), entry.ts, { t: entry.t, actor: {}, data });
    }
    return false;
  }

  /** Begins another minute. @returns one entry for each kind that was counted in the last one */
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
      fold.last = ts;
    } else {
      this.folds.set(key, { common, repeated: 1, first: ts, last: ts });
    }
  }
}

/** What an entry has in common with those that are like it, and how many of which sort are written. */
function judge({ t, actor, data, found = {} }: AuditEntry): {
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
  const isDone = data.result === OK && !isStranger;
  // What was done is alike only where it was done to the same. A refused client may name what it likes, so only what was
  // found tells its refusals apart.
  const about = isDone ? data : { ...pick(data, ['route', 'change', 'reason']), ...found };
  const kind = JSON.stringify([t, who, about]);
  const limits: [string, number][] = [[kind, MAX_ALIKE]];
  // A guess at an account that there is has been judged, and such guesses are capped. It must not drown in the rest.
  if (!isDone && found.userId === undefined) {
    limits.push([who, MAX_OF_ONE]);
    if (isStranger) limits.push([STRANGERS, MAX_OF_STRANGERS]);
  }
  return { common: { t, actor: same, data: about }, kind, limits };
}

function pick(data: AuditEntry['data'], names: readonly string[]): AuditEntry['data'] {
  const kept = Object.entries(data).filter(([name]) => names.includes(name));
  return { result: data.result, ...Object.fromEntries(kept) };
}
