import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { HistoryConfig } from '../config/history.config';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { SessionsRepository, SessionStamp } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository, TokensOf } from '../workspace-data/users/login-tokens.repository';
import { EndingSettler } from './ending.settler';
import { FoundLogin } from './login.finder';
import { newEnding } from './new-ending';
import { Revocation, RevokedSession } from './revocation';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SESSIONS_REVOKED } from './sessions-revoked';

export interface Revoked {
  sessions: RevokedSession[];
  /** Their endings, which are complete but for the last step. */
  complete: SessionEnding[];
}

/** Logins whose documents one command stamps: each may have dozens, and one command must end in time. */
const STAMPED_AT_ONCE = 50;
/** After so many, the database is away, and the rest would only wait for it. */
const MAX_UNREACHABLE = 3;

/** A login with the time and user of the first revocation. */
interface DecidedLogin {
  owner: string | undefined;
  unowned: boolean;
  hashedToken: string;
  at: Date;
  by: string | undefined;
}

/**
 * Revokes any number of logins in the first three steps of docs/adr/0021: insert the endings, which decides which
 * revocation was first, and read those that others inserted; remove the tokens; stamp the session documents. In this order a
 * crash never leaves a usable token behind a document that says "logged out", and the ending always says what is left to
 * do. `EndingSettler` takes the fourth.
 */
@Injectable()
export class SessionRevoker {
  private readonly logger = new Logger(SessionRevoker.name);

  constructor(
    private readonly endings: SessionEndingsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly sessions: SessionsRepository,
    private readonly settler: EndingSettler,
    private readonly clock: Clock,
    private readonly history: HistoryConfig,
  ) {}

  /** Idempotent; of parallel revocations of one login, the first one's user stands. */
  async revoke(logins: readonly FoundLogin[], revocation: Revocation): Promise<Revoked> {
    const now = this.clock.now();
    const own = logins
      .filter(({ isSession }) => isSession)
      .map((login) => newEnding(login, withReason(login, revocation), now, this.history.days));
    const existing = await this.endings.insertNew(own);
    const lost = new Set(existing);
    report(own.filter(({ _id }) => !lost.has(_id)));
    const first = new Map((await this.endings.findByIds(existing)).map((one) => [one._id, one]));
    const standing = new Map(own.map((ending) => [ending._id, first.get(ending._id) ?? ending]));
    await this.finish(
      logins.map(({ endingId, owner, unowned, hashedToken }) => {
        const ending = standing.get(endingId);
        return {
          owner,
          unowned: unowned || ending?.pending?.unowned === true,
          hashedToken,
          at: ending?.endedAt ?? now,
          by: ending ? ending.endedBy : revocation.by,
        };
      }),
    );
    return {
      sessions: [...standing.keys()].map((id) => ({ id, isFirst: !lost.has(id) })),
      complete: [...standing.values()],
    };
  }

  /**
   * Finishes interrupted revocations. Idempotent, also across processes. If it fails for all at once, it finishes each
   * by itself: one that cannot be finished must not keep the others from it.
   * @returns how many are complete
   */
  async complete(endings: readonly SessionEnding[]): Promise<number> {
    try {
      await this.finish(endings.flatMap(decidedIn));
    } catch (error) {
      return this.completeEach(endings, nameOf(error));
    }
    await this.settler.settle(endings);
    return endings.length;
  }

  private async completeEach(endings: readonly SessionEnding[], failure: string): Promise<number> {
    const complete: SessionEnding[] = [];
    let lastFailure = failure;
    let unreachable = 0;
    for (const ending of endings) {
      if (unreachable === MAX_UNREACHABLE) break;
      try {
        await this.finish(decidedIn(ending));
        complete.push(ending);
      } catch (error) {
        lastFailure = nameOf(error);
        if (isDatabaseUnreachable(error)) unreachable += 1;
      }
    }
    const left = endings.length - complete.length;
    this.logger.warn(
      `Resuming ${endings.length} revocations at once failed (${lastFailure}); ${left} are left.`,
    );
    await this.settler.settle(complete);
    return complete.length;
  }

  private async finish(logins: readonly DecidedLogin[]): Promise<void> {
    await this.tokens.remove(removalsOf(logins));
    for (let start = 0; start < logins.length; start += STAMPED_AT_ONCE) {
      await this.sessions.stamp(stampsOf(logins.slice(start, start + STAMPED_AT_ONCE)));
    }
  }
}

/** Only here is the owner known of a session that names none: to end one's own is a logout, by whatever route. */
function withReason({ owner }: FoundLogin, revocation: Revocation): Revocation {
  const isOwn = owner !== undefined && owner === revocation.by;
  return isOwn && revocation.reason === 'admin' ? { ...revocation, reason: 'logout' } : revocation;
}

function report(endings: readonly SessionEnding[]): void {
  for (const reason of new Set(endings.map((ending) => ending.reason))) {
    const count = endings.filter((ending) => ending.reason === reason).length;
    SESSIONS_REVOKED.report({ reason, count });
  }
}

function removalsOf(logins: readonly DecidedLogin[]): TokensOf[] {
  const removals = new Map<string, string[]>();
  for (const { owner, hashedToken } of logins) {
    if (owner === undefined) continue;
    const hashedTokens = removals.get(owner);
    if (hashedTokens) hashedTokens.push(hashedToken);
    else removals.set(owner, [hashedToken]);
  }
  return [...removals].map(([owner, hashedTokens]) => ({ owner, hashedTokens }));
}

/** The message may hold user data. */
function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function decidedIn({ pending, endedAt: at, endedBy: by }: SessionEnding): DecidedLogin[] {
  if (pending?.loginToken === undefined) return [];
  const { owner, unowned, loginToken: hashedToken } = pending;
  return [{ owner: owner ?? undefined, unowned, hashedToken, at, by }];
}

/** One stamp for all logins of an owner that the same revocation ended. */
function stampsOf(logins: readonly DecidedLogin[]): SessionStamp[] {
  const stamps = new Map<string, SessionStamp & { hashedTokens: string[] }>();
  for (const { owner, unowned, hashedToken, at, by } of logins) {
    const key = JSON.stringify([owner ?? null, unowned, at.getTime(), by]);
    const stamp = stamps.get(key);
    if (stamp) stamp.hashedTokens.push(hashedToken);
    else stamps.set(key, { owner, unowned, hashedTokens: [hashedToken], at, by });
  }
  return [...stamps.values()];
}
