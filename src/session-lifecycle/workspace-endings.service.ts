import { Injectable, OnModuleInit } from '@nestjs/common';
import { mongo } from 'mongoose';
import { later } from '../common/clock/later';
import { Clock } from '../common/clock/clock';
import { HistoryConfig } from '../config/history.config';
import { ForeignEnding, ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { isLive } from '../workspace-data/sessions/live-session';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { isText } from '../workspace-data/sessions/stored-session';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { FoundLogin, LoginFinder } from './login.finder';
import { newEnding } from './new-ending';
import { RevocableLogin, Revocation } from './revocation';
import { SessionEnding, sessionEndingId } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';
import { SESSIONS_REVOKED } from './sessions-revoked';

/** Few enough that their documents are read in time, as a rule: a login may have thousands. */
const BATCH = 250;
const DAY_MS = 24 * 60 * 60 * 1000;
/** An older stamp is not believed: no follower is away for so long. */
const OLDEST_STAMP_MS = 7 * DAY_MS;
/** Of the clocks of two machines. A session that began after its owner's tokens changed is another one. */
const SKEW_MS = 30_000;
/** Nobody knows for whom another program ended it. */
const REVOCATION: Revocation = { by: undefined, reason: 'workspace' };

/**
 * Writes the endings of sessions that other programs have ended (docs/adr/0035). Our own revocations insert theirs before
 * anything can be seen of them, so whatever has one is theirs; the insert decides, as between two revocations.
 */
@Injectable()
export class WorkspaceEndings implements OnModuleInit {
  constructor(
    private readonly foreign: ForeignEndings,
    private readonly tokens: LoginTokensRepository,
    private readonly endings: SessionEndingsRepository,
    private readonly logins: LoginFinder,
    private readonly revoker: SessionRevoker,
    private readonly clock: Clock,
    private readonly history: HistoryConfig,
  ) {}

  onModuleInit(): void {
    this.foreign.watch((ending) => this.record(ending));
  }

  /** Idempotent, also across processes. One read by `_id` if each of them has its ending. */
  private async record(ending: ForeignEnding): Promise<void> {
    const all = owned('stamped' in ending ? ending.stamped : ending.tokensChanged);
    for (let start = 0; start < all.length; start += BATCH) {
      await this.recordSome(all.slice(start, start + BATCH), ending);
    }
  }

  /** In halves if that takes too long, or the same would be told again and fail again, and the index stand still. */
  private async recordSome(logins: readonly OwnedLogin[], ending: ForeignEnding): Promise<void> {
    try {
      const unknown = await this.withoutEnding(logins);
      const ended =
        'stamped' in ending
          ? await this.stamped(unknown)
          : await this.tokenless(unknown, ending.at);
      await this.store(ended);
    } catch (error) {
      if (logins.length === 1 || !isOverTime(error)) throw error;
      const half = Math.ceil(logins.length / 2);
      await this.recordSome(logins.slice(0, half), ending);
      await this.recordSome(logins.slice(half), ending);
    }
  }

  private async withoutEnding(logins: readonly OwnedLogin[]): Promise<OwnedLogin[]> {
    const idOf = ({ owner, hashedToken }: OwnedLogin): string =>
      sessionEndingId(owner, hashedToken);
    const existing = await this.endings.findByIds(logins.map(idOf));
    const known = new Set(existing.map(({ _id }) => _id));
    return logins.filter((login) => !known.has(idOf(login)));
  }

  /** Those that have no live document left. Their tokens are the other program's to remove. */
  private async stamped(logins: readonly OwnedLogin[]): Promise<SessionEnding[]> {
    const found = await this.logins.describe(logins);
    const now = this.clock.now();
    return found
      .filter(({ session }) => session !== undefined && !isLive(session))
      .map((login) => {
        const ending = newEnding(login, REVOCATION, stampOf(login, now), this.history.days);
        const { owner = null, unowned } = login;
        return Object.assign(ending, { pending: { since: now, owner, unowned } });
      });
  }

  /** Those with a live document whose token nobody holds. What is left to do of them is to stamp their documents. */
  private async tokenless(logins: readonly OwnedLogin[], at: Date): Promise<SessionEnding[]> {
    if (logins.length === 0) return [];
    const held = await this.tokens.findHolders(logins.map(({ hashedToken }) => hashedToken));
    const without = logins.filter(({ hashedToken }) => !held.has(hashedToken));
    const found = await this.logins.describe(without);
    return found
      .filter(({ session }) => session !== undefined && isLive(session))
      .filter(({ session }) => !(isDate(session?.loginAt) && session.loginAt > later(at, SKEW_MS)))
      .map((login) => newEnding(login, REVOCATION, at, this.history.days));
  }

  private async store(ended: readonly SessionEnding[]): Promise<void> {
    if (ended.length === 0) return;
    const lost = new Set(await this.endings.insertNew(ended));
    const own = ended.filter(({ _id }) => !lost.has(_id));
    if (own.length === 0) return;
    SESSIONS_REVOKED.report({ reason: REVOCATION.reason, count: own.length });
    await this.revoker.complete(own);
  }
}

type OwnedLogin = RevocableLogin & { owner: string };

/** A document without an owner does not tell whose ending it would be: perhaps one that is there already. */
function owned(logins: readonly LoginKey[]): OwnedLogin[] {
  return logins.flatMap(({ token, owner }) =>
    isText(owner) ? [{ owner, hashedToken: token }] : [],
  );
}

/** When the other program says that it was, if that may be. */
function stampOf({ session }: FoundLogin, now: Date): Date {
  const at: unknown = session?.logoutAt;
  const oldest = later(now, -OLDEST_STAMP_MS);
  return isDate(at) && at <= now && at >= oldest ? at : now;
}

/** MaxTimeMSExpired: the database gave up. */
function isOverTime(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === 50;
}

function isDate(value: unknown): value is Date {
  return value instanceof Date;
}
