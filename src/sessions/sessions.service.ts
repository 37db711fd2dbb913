import { Injectable } from '@nestjs/common';
import { note } from '../audit/request-notes';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { isLive, newest } from '../workspace-data/sessions/live-session';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { SessionsRepository, WantedSession } from '../workspace-data/sessions/sessions.repository';
import { isText, ownerOf, StoredSession } from '../workspace-data/sessions/stored-session';
import { RevokedView, SessionView } from './session.shapes';
import { viewSession } from './session.view';
import { SESSION_NOT_FOUND } from './session.problems';

interface EndableSession {
  loginToken: string;
}

/** Finds and revokes single sessions by their id. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly lifecycle: SessionLifecycle,
  ) {}

  /**
   * The live session with exactly this id, and its owner. One indexed read.
   * @param client of the request, for the audit log
   * @throws ApiError session-not-found
   */
  async findLiveSession(sessionId: string, client: Client): Promise<SessionView> {
    const session = newest((await this.sessions.findWithOwner(sessionId)).filter(isLive));
    if (!session) throw new ApiError(SESSION_NOT_FOUND);
    note(client, { userId: session.userId });
    return viewSession(sessionId, session, session.owner);
  }

  /**
   * A user's own session document, live or not, as stored but without the token hash. One indexed read.
   * @throws ApiError session-not-found
   */
  async findOwnDocument(userId: string, sessionId: string): Promise<object> {
    const document = newest(await this.sessions.findWholeById({ userId, sessionId }));
    if (!document) throw new ApiError(SESSION_NOT_FOUND);
    return document;
  }

  /**
   * Revokes a user's own session; its token is gone when this returns.
   * @throws ApiError session-not-found, also if the session is another user's
   */
  async endOwnSession(userId: string, sessionId: string, client: Client): Promise<RevokedView> {
    return this.end({ userId, sessionId }, userId, client);
  }

  /**
   * Revokes any session; its token is gone when this returns.
   * @param endedBy the id of the user who revokes it
   * @throws ApiError session-not-found
   */
  async endSession(sessionId: string, endedBy: string, client: Client): Promise<RevokedView> {
    return this.end({ sessionId }, endedBy, client);
  }

  private async end(wanted: WantedSession, endedBy: string, client: Client): Promise<RevokedView> {
    const endable = (await this.sessions.findById(wanted)).filter(isEndable);
    // An ended session can be revoked again: the first answer may have been lost.
    const session = newest(endable.filter(isLive)) ?? newest(endable);
    if (!session) throw new ApiError(SESSION_NOT_FOUND);
    const owner = ownerOf(session);
    note(client, { userId: owner });
    await this.lifecycle.revoke(
      { token: { owner, hashedToken: session.loginToken, session } },
      { by: endedBy, reason: 'admin', client },
    );
    return { sessionId: wanted.sessionId };
  }
}

function isEndable(session: StoredSession): session is StoredSession & EndableSession {
  return isText(session.loginToken);
}
