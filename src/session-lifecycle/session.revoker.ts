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
 * Revokes any number of logins in four steps: insert the endings, which decides which revocation was first; read those
 * that others inserted, if any; remove the tokens; stamp the session documents. In this order a crash never
 * leaves a usable token behind a document that says "logged out", and the ending always says what is left to do
 * (docs/adr/0021).
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
      .map((login) => newEnding(login, revocation, now, this.history.days));
    const existing = await this.endings.insertNew(own);
    SESSIONS_REVOKED.report({ reason: revocation.reason, count: own.length - existing.length });
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
    const lost = new Set(existing);
    return {
      sessions: [...standing.values()].map((ending) => viewOf(ending, !lost.has(ending._id))),
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

function viewOf(ending: SessionEnding, isFirst: boolean): RevokedSession {
  const { _id: id, sessionId, userId, endedAt, endedBy, reason } = ending;
  return {
    id,
    ...(sessionId !== undefined && { sessionId }),
    ...(userId !== undefined && { userId }),
    endedAt,
    ...(endedBy !== undefined && { endedBy }),
    reason,
    isFirst,
  };
}
