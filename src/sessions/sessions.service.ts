import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { ApiError } from '../common/errors/api-error';
import { UsersService } from '../users/users.service';
import { isLive, newest } from './live-session';
import { Session } from './session.schema';
import { SessionView, StoredSession, viewSession } from './session.view';

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

/** The workspace's login sessions. */
@Injectable()
export class SessionsService {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly users: UsersService,
  ) {}

  /**
   * The live session with exactly this id, with its owner. Two indexed reads.
   * @throws ApiError session-not-found
   */
  async findLiveSession(sessionId: string): Promise<SessionView> {
    const session = newest((await this.findDocuments(sessionId)).filter(isLive));
    if (!session) throw new ApiError({ kind: 'session-not-found' });
    const owner = session.userId ? await this.users.findProfile(session.userId) : undefined;
    return viewSession(sessionId, session, owner);
  }

  /**
   * The documents of one session id: a handful, one per connection and day. The database is asked by the selective
   * key alone and the handful is judged in code: with more predicates, or a sort, its planner may choose an index that
   * walks through far more (see the benchmark in the README).
   */
  private async findDocuments(sessionId: string): Promise<StoredSession[]> {
    // Documents without a session id carry none of interest, and there may be many of them.
    if (sessionId === '') return [];
    const documents = await this.sessions.find({ sessionId }).select(STORED_FIELDS).lean();
    // BSON cannot hold a lone surrogate: what the driver asked for may not be what the client asked for.
    return documents.filter((document) => document.sessionId === sessionId);
  }
}
