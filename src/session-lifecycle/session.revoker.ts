import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { SessionsRepository, SessionStamp } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository, TokensOf } from '../workspace-data/users/login-tokens.repository';
import { FoundLogin } from './login.finder';
import { newEnding } from './new-ending';
import { Revocation, RevokedSession } from './revocation';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

export interface Revoked {
  sessions: RevokedSession[];
  /** The ids of endings that are no longer pending. */
  settled: string[];
}

/** A login with the time and user of the first revocation. */
interface DecidedLogin {
  owner: string | undefined;
  unowned: boolean;
  hashedToken: string;
  at: Date;
  by: string;
}

/**
 * Revokes any number of logins in four commands: insert the endings, which decides which revocation was first; read
 * those that others inserted, if any; remove the tokens; stamp the session documents. In this order a crash never
 * leaves a usable token behind a document that says "logged out", and the ending always says what is left to do
 * (docs/adr/0021).
 */
@Injectable()
export class SessionRevoker {
  constructor(
    private readonly endings: SessionEndingsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly sessions: SessionsRepository,
    private readonly clock: Clock,
  ) {}

  /** Idempotent; of parallel revocations of one login, the first one's user stands. */
  async revoke(logins: readonly FoundLogin[], revocation: Revocation): Promise<Revoked> {
    const now = this.clock.now();
    const own = logins
      .filter(({ isSession }) => isSession)
      .map((login) => newEnding(login, revocation, now));
    const existing = await this.endings.insertNew(own);
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
          by: ending?.endedBy ?? revocation.by,
        };
      }),
    );
    const lost = new Set(existing);
    return {
      sessions: [...standing.values()].map((ending) => viewOf(ending, !lost.has(ending._id))),
      settled: [...standing.keys()],
    };
  }

  /** Finishes interrupted revocations. Idempotent, also across processes. */
  async complete(endings: readonly SessionEnding[]): Promise<void> {
    await this.finish(
      endings.flatMap(({ pending, endedAt: at, endedBy: by }) =>
        pending
          ? {
              owner: pending.owner ?? undefined,
              unowned: pending.unowned,
              hashedToken: pending.loginToken,
              at,
              by,
            }
          : [],
      ),
    );
    await this.endings.settle(endings.map(({ _id }) => _id));
  }

  private async finish(logins: readonly DecidedLogin[]): Promise<void> {
    await this.tokens.remove(removalsOf(logins));
    await this.sessions.stamp(stampsOf(logins));
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
    endedBy,
    reason,
    isFirst,
  };
}
