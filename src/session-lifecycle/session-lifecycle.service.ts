import { Injectable } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { Login, newSessionDocument } from '../workspace-data/sessions/session-document';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { StoredToken } from '../workspace-data/users/stored-token';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
import { RevocableLogin, Revocation, RevokedSession, Selector } from './revocation';
import { SessionRevoker } from './session.revoker';

/** How many logins are revoked by one round of commands. */
const BATCH = 1000;
/** How often all logins of a user are looked for: new ones may come while the others go. */
const MAX_ROUNDS = 5;

/** Opens sessions and revokes them. */
@Injectable()
export class SessionLifecycle {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly logins: LoginFinder,
    private readonly revoker: SessionRevoker,
    private readonly pending: PendingRevocations,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the session document of a login, so that it can be seen and revoked. To be called before the token is stored: a
   * document whose token never came to be does no harm, a token without a document could not be seen.
   */
  async open(login: Login): Promise<void> {
    await this.sessions.insert(newSessionDocument(login, this.clock.now()));
  }

  /**
   * Takes back a login that never came to be: nobody has its token. No session has ended, so there is no ending.
   */
  async abandon(owner: string, hashedToken: string): Promise<void> {
    const hashedTokens = [hashedToken];
    await this.tokens.remove([{ owner, hashedTokens }]);
    const at = this.clock.now();
    await this.sessions.stamp([{ owner, unowned: false, hashedTokens, at, by: owner }]);
  }

  /**
   * Revokes logins: when this returns, their tokens are gone and their session documents are stamped. Each session leaves
   * one ending, whoever else revokes it at the same time, and whatever crashes in between (docs/adr/0021).
   *
   * Only the owner is touched (contract §3): documents of one user that carry the hash of another user's token occur, and
   * revoking them revokes nothing of that other user.
   * @returns the sessions that have ended, also those that another revocation ended first; not what had ended before
   */
  async revoke(selector: Selector, revocation: Revocation): Promise<RevokedSession[]> {
    if ('token' in selector) return this.revokeAll([selector.token], revocation);
    if ('sessions' in selector) return this.revokeAll(selector.sessions, revocation);
    if ('tokens' in selector) {
      const { owner, hashedTokens } = selector.tokens;
      const logins = hashedTokens.map((hashedToken) => ({ owner, hashedToken }));
      return this.revokeAll(logins, revocation);
    }
    return this.revokeAllOf(selector, revocation);
  }

  /**
   * Completes a change that has removed tokens by itself, for example that of a second factor: their sessions end by this
   * revocation. Personal access tokens leave an ending only where they have a session document.
   * @param tokens as they were in the owner's list
   */
  async recordRevoked(
    owner: string,
    tokens: readonly StoredToken[],
    revocation: Revocation,
  ): Promise<RevokedSession[]> {
    const logins = tokens.map((token) => ({ owner, hashedToken: token.hashedToken, token }));
    return this.revokeAll(logins, revocation);
  }

  /** Until no login is left that is not to be spared. */
  private async revokeAllOf(
    selector: Extract<Selector, { personalAccessTokens?: boolean }>,
    revocation: Revocation,
  ): Promise<RevokedSession[]> {
    const [owner, spared] =
      'allOf' in selector ? [selector.allOf] : [selector.othersOf, selector.except];
    const revoked: RevokedSession[] = [];
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const all = await this.logins.findAllOf(owner, selector.personalAccessTokens === true);
      const logins = all.filter(({ hashedToken }) => hashedToken !== spared);
      if (logins.length === 0) break;
      revoked.push(...(await this.revokeAll(logins, revocation)));
    }
    return revoked;
  }

  private async revokeAll(
    logins: readonly RevocableLogin[],
    revocation: Revocation,
  ): Promise<RevokedSession[]> {
    const revoked: RevokedSession[] = [];
    for (let start = 0; start < logins.length; start += BATCH) {
      const batch = await this.logins.describe(logins.slice(start, start + BATCH));
      const { sessions, settled } = await this.revoker.revoke(batch, revocation);
      this.pending.settle(settled);
      revoked.push(...sessions);
    }
    return revoked;
  }
}
