import { Injectable, Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { DatabaseConfig } from '../config/database.config';
import { isLive, newest } from '../workspace-data/sessions/live-session';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { ownerOf, StoredSession } from '../workspace-data/sessions/stored-session';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { isPersonalAccessToken, StoredToken } from '../workspace-data/users/stored-token';
import { RevocableLogin } from './revocation';
import { sessionEndingId } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

/** A login before it is revoked, with its newest live session document, or otherwise its newest one. */
export interface FoundLogin extends RevocableLogin {
  endingId: string;
  /** Whether session documents without an owner belong to it. */
  unowned: boolean;
  /**
   * Whether revoking it ends a session: it has a live session document, or a login token in its owner's list. A
   * personal access token is no session; a session that ended before already has its ending.
   */
  isSession: boolean;
}

const WARNING_INTERVAL_MS = 60_000;

/** Looks up logins before they are revoked. */
@Injectable()
export class LoginFinder {
  private readonly logger = new Logger(LoginFinder.name);
  private warnedAt = -Infinity;

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly endings: SessionEndingsRepository,
    private readonly config: DatabaseConfig,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes what the caller knows: no read for a live session document, one for the documents of all other logins,
   * and one for the tokens of those without a live document.
   * @throws if the database fails, except on the documents of logins whose tokens the caller knows: their endings then
   *   say nothing of the session, and a personal access token leaves none
   */
  async describe(logins: readonly RevocableLogin[]): Promise<FoundLogin[]> {
    const known = await this.withDocuments(await this.withOwners(logins));
    const isUnclear = ({ isSession, token }: FoundLogin): boolean => !isSession && !token;
    const owners = new Set(known.filter(isUnclear).flatMap(({ owner }) => owner ?? []));
    if (owners.size === 0) return known;
    const tokens = await this.tokens.findOf([...owners]);
    return known.map((login) =>
      isUnclear(login) ? withToken(login, tokens.get(login.owner ?? '')) : login,
    );
  }

  /** All logins of a user, with personal access tokens on request. One read by `_id`. */
  async findAllOf(owner: string, personalAccessTokens: boolean): Promise<RevocableLogin[]> {
    const tokens = (await this.tokens.findOf([owner])).get(owner) ?? [];
    return tokens
      .filter((token) => personalAccessTokens || !isPersonalAccessToken(token))
      .map((token) => ({ owner, hashedToken: token.hashedToken, token }));
  }

  /**
   * A login without an owner belongs to the holder of its token. After an interrupted revocation the token has no
   * holder; then its ending names the owner.
   */
  private async withOwners(logins: readonly RevocableLogin[]): Promise<FoundLogin[]> {
    const ownerless = logins.filter(({ owner }) => owner === undefined);
    const holders = await this.findHolders(ownerless.map(({ hashedToken }) => hashedToken));
    const found = new Map<string, FoundLogin>();
    for (const login of logins) {
      const isOwnerless = login.owner === undefined;
      const owner = login.owner ?? holders.get(login.hashedToken);
      const endingId = sessionEndingId(owner, login.hashedToken);
      const { hashedToken, token } = login;
      // The owner was read after that document, so the session it describes may have ended since, under the owner's id.
      const session = isOwnerless ? undefined : login.session;
      const isSession = session ? isLive(session) : isLoginToken(token);
      found.set(endingId, {
        owner,
        hashedToken,
        endingId,
        unowned: isOwnerless || found.get(endingId)?.unowned === true,
        isSession,
        ...(session && { session }),
        ...(token && { token }),
      });
    }
    return [...found.values()];
  }

  private async findHolders(hashedTokens: readonly string[]): Promise<Map<string, string>> {
    if (hashedTokens.length === 0) return new Map();
    const holders = await this.tokens.findHolders(hashedTokens);
    const orphans = hashedTokens.filter((hashedToken) => !holders.has(hashedToken));
    if (orphans.length === 0) return holders;
    for (const { pending } of await this.endings.findPendingUnowned(orphans)) {
      const { loginToken, owner = null } = pending ?? {};
      if (loginToken !== undefined && owner !== null) holders.set(loginToken, owner);
    }
    return holders;
  }

  private async withDocuments(logins: FoundLogin[]): Promise<FoundLogin[]> {
    const isMissing = ({ session }: FoundLogin): boolean => !session || !isLive(session);
    const missing = logins.filter(isMissing);
    if (missing.length === 0) return logins;
    const documents = new Map<string, StoredSession>();
    for (const document of await this.findDocuments(missing)) {
      const id = sessionEndingId(ownerOf(document), document.loginToken ?? '');
      // Documents without an owner share an id, whatever their `userId` holds.
      documents.set(id, moreTelling(document, documents.get(id)));
    }
    return logins.map((login) => {
      if (!isMissing(login)) return login;
      const { endingId, hashedToken, unowned } = login;
      const ids = unowned ? [endingId, sessionEndingId(undefined, hashedToken)] : [endingId];
      const found = ids.flatMap((id) => documents.get(id) ?? []);
      const session = found.find(isLive) ?? found[0];
      if (!session) return login;
      return { ...login, session, isSession: isLive(session) || login.isSession };
    });
  }

  private async findDocuments(logins: readonly FoundLogin[]): Promise<StoredSession[]> {
    const owners = [
      ...new Set(logins.flatMap(({ owner, unowned }) => (unowned ? [owner, undefined] : [owner]))),
    ];
    const hashedTokens = logins.map(({ hashedToken }) => hashedToken);
    try {
      // Half, so that the database gives up before the driver does and the connection stays usable.
      const maxTimeMS = Math.ceil(this.config.timeoutMs / 2);
      return await this.sessions.findNewestOf(owners, hashedTokens, maxTimeMS);
    } catch (error) {
      if (!isOfDatabase(error) || !logins.every(({ token }) => token)) throw error;
      // The tokens tell enough to revoke the logins, which must not depend on a description.
      this.warn(error);
      return [];
    }
  }

  private warn({ name }: Error): void {
    const now = this.clock.now().getTime();
    if (now - this.warnedAt < WARNING_INTERVAL_MS) return;
    this.warnedAt = now;
    this.logger.warn(`Sessions are revoked without a description: reading them failed: ${name}`);
  }
}

/** A live document before others, then the newest. */
function moreTelling(document: StoredSession, other: StoredSession = document): StoredSession {
  const both = [other, document];
  return newest(both.filter(isLive)) ?? newest(both) ?? document;
}

function withToken(login: FoundLogin, tokens: readonly StoredToken[] = []): FoundLogin {
  const token = tokens.find(({ hashedToken }) => hashedToken === login.hashedToken);
  return token ? { ...login, token, isSession: isLoginToken(token) } : login;
}

function isOfDatabase(error: unknown): error is Error {
  return error instanceof mongo.MongoError || isDatabaseUnreachable(error);
}

function isLoginToken(token: StoredToken | undefined): boolean {
  return token !== undefined && !isPersonalAccessToken(token);
}
