import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { note } from '../audit/request-notes';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { isLive, newest } from '../workspace-data/sessions/live-session';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { Session } from '../workspace-data/sessions/session.schema';
import { RevokedView, SessionView } from './session.shapes';
import { StoredSession, viewSession } from './session.view';
import { SESSION_NOT_FOUND } from './session.problems';

/** What a session document is judged and shown by. */
const STORED_FIELDS = {
  _id: 0,
  sessionId: 1,
  userId: 1,
  loginToken: 1,
  ip: 1,
  host: 1,
  device: 1,
  loginAt: 1,
  logoutAt: 1,
} as const;

/** A session that has a login to end. */
interface EndableSession {
  loginToken: string;
}

/** Single sessions of the workspace, by their id. */
@Injectable()
export class SessionsService {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly users: UsersRepository,
    private readonly records: SessionLifecycle,
  ) {}

  /**
   * The live session with exactly this id, with its owner. Two indexed reads.
   * @param client who asks, for the log
   * @throws ApiError session-not-found
   */
  async findLiveSession(sessionId: string, client: Client): Promise<SessionView> {
    const session = newest((await this.findDocuments({ sessionId })).filter(isLive));
    if (!session) throw new ApiError(SESSION_NOT_FOUND);
    note(client, { userId: session.userId });
    const owner = session.userId ? await this.users.findProfile(session.userId) : undefined;
    return viewSession(sessionId, session, owner);
  }

  /**
   * A user's own session document, live or not, as it is stored but for the token's hash. One indexed read.
   * @throws ApiError session-not-found
   */
  async findOwnDocument(userId: string, sessionId: string): Promise<object> {
    const documents = await this.sessions
      .find({ userId, sessionId })
      .select({ loginToken: 0 })
      .lean<StoredSession[]>();
    const document = newest(documents.filter((found) => found.sessionId === sessionId));
    if (!document || sessionId === '') throw new ApiError(SESSION_NOT_FOUND);
    return document;
  }

  /**
   * Ends a user's own session: its token works no more when this returns.
   * @throws ApiError session-not-found, also when the session is somebody else's
   */
  async endOwnSession(userId: string, sessionId: string, client: Client): Promise<RevokedView> {
    return this.end({ userId, sessionId }, userId, client);
  }

  /**
   * Ends anybody's session: its token works no more when this returns.
   * @param endedBy the id of the user who ends it
   * @throws ApiError session-not-found
   */
  async endSession(sessionId: string, endedBy: string, client: Client): Promise<RevokedView> {
    return this.end({ sessionId }, endedBy, client);
  }

  private async end(
    wanted: { sessionId: string; userId?: string },
    endedBy: string,
    client: Client,
  ): Promise<RevokedView> {
    const endable = (await this.findDocuments(wanted)).filter(isEndable);
    // One that is over already can be ended again: the answer to the first attempt may have been lost.
    const session = newest(endable.filter(isLive)) ?? newest(endable);
    if (!session) throw new ApiError(SESSION_NOT_FOUND);
    note(client, { userId: ownerOf(session) });
    await this.records.revoke(ownerOf(session), session.loginToken, endedBy);
    return { sessionId: wanted.sessionId };
  }

  /**
   * The documents of one session id: a handful, one per connection and day. The database is asked by the selective
   * key alone and the handful is judged in code: with more predicates, or a sort, its planner may choose an index that
   * walks through far more.
   */
  private async findDocuments(wanted: {
    sessionId: string;
    userId?: string;
  }): Promise<StoredSession[]> {
    // Documents without a session id carry none of interest, and there may be many of them.
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions.find(wanted).select(STORED_FIELDS).lean();
    // BSON cannot hold a lone surrogate: what the driver asked for may not be what the client asked for.
    return documents.filter(({ sessionId }) => sessionId === wanted.sessionId);
  }
}

/** What is stored was written by other programs: an owner that is no text, or an empty one, is none. */
function ownerOf({ userId }: StoredSession): string | undefined {
  return typeof userId === 'string' && userId !== '' ? userId : undefined;
}

function isEndable(session: StoredSession): session is StoredSession & EndableSession {
  return typeof session.loginToken === 'string' && session.loginToken !== '';
}
