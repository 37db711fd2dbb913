import { Injectable } from '@nestjs/common';
import { note, notesOf } from '../audit/request-notes';
import { Clock } from '../common/clock/clock';
import { GroupCommit } from '../common/concurrency/group-commit';
import { Client } from '../common/http/client';
import { Login, newSessionDocument } from '../workspace-data/sessions/session-document';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { StoredToken } from '../workspace-data/users/stored-token';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
import { RevocableLogin, Revocation, RevokedSession, Selector } from './revocation';
import { SessionRevoker } from './session.revoker';

const BATCH = 1000;
/** New logins may appear while the others are revoked. */
const MAX_ROUNDS = 5;
/** Batches of interrupted revocations that one request completes. */
const MOST_COMPLETED = 5;

@Injectable()
export class SessionLifecycle {
  /** Whoever comes while one runs shares the next: the running one may have looked before. */
  private readonly completing = new GroupCommit<Date>(
    (moments) => this.completeUntil(moments),
    // A caller who waits holds no more than its request does anyway.
    { batch: 1000, waiting: Infinity },
  );

  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: LoginTokensRepository,
    private readonly logins: LoginFinder,
    private readonly revoker: SessionRevoker,
    private readonly pending: PendingRevocations,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the session document of a login. Call it before the token is stored: a document without a token does no
   * harm, a token without a document could not be seen or revoked.
   */
  async open(login: Login): Promise<void> {
    await this.sessions.insert(newSessionDocument(login, this.clock.now()));
  }

  /**
   * Removes a login that failed before its token was handed out. No session has ended, so there is no ending, and its
   * document no longer names the token, or the stamp would look like one of another program.
   */
  async abandon(owner: string, hashedToken: string): Promise<void> {
    await this.tokens.remove([{ owner, hashedTokens: [hashedToken] }]);
    await this.sessions.disown({ owner, token: hashedToken }, this.clock.now());
  }

  /**
   * Revokes logins: when this returns, their tokens are gone and their session documents are stamped. Each session
   * leaves one ending, despite parallel revocations and crashes (docs/adr/0021).
   * Only the owner is affected (contract §3), even if a document of theirs carries the hash of another user's token.
   * @returns the sessions that ended, including those that a parallel revocation ended first, but not earlier ones
   */
  async revoke(selector: Selector, revocation: Revocation): Promise<RevokedSession[]> {
    if ('token' in selector) return this.revokeAll([selector.token], revocation);
    if ('sessions' in selector) return this.revokeAll(selector.sessions, revocation);
    return this.revokeAllOf(selector, revocation);
  }

  /**
   * Records a change that has itself removed tokens, for example of a second factor: their sessions end with this
   * revocation. A personal access token leaves an ending only if it has a session document.
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

  /**
   * Completes interrupted revocations, so that each ending has its audit record: at most `MOST_COMPLETED` batches, the
   * rest at the next call. One indexed read if there are none, which parallel callers share.
   */
  async completePending(): Promise<void> {
    await this.completing.commit(this.clock.now());
  }

  private async completeUntil(moments: readonly Date[]): Promise<Map<number, unknown>> {
    const until = new Date(Math.max(...moments.map((moment) => moment.getTime())));
    for (let batch = 0; batch < MOST_COMPLETED; batch++) {
      if (!(await this.pending.resume(until))) break;
    }
    return new Map();
  }

  /** Repeats until all selected logins are gone. */
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
      const { sessions, complete } = await this.revoker.revoke(batch, revocation);
      this.pending.settle(complete);
      revoked.push(...sessions);
    }
    noteEnded(revocation.client, revoked);
    return revoked;
  }
}

/** The endings are the records of their request, so it needs none of its own (docs/adr/0025). */
function noteEnded(client: Client | undefined, sessions: readonly RevokedSession[]): void {
  const first = sessions.filter(({ isFirst }) => isFirst).length;
  if (client && first > 0) note(client, { ended: (notesOf(client).ended ?? 0) + first });
}
