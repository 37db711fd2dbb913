import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, PipelineStage, QueryFilter } from 'mongoose';
import { randomId } from '../../common/crypto/random-id';
import { NOT_STAMPED } from './live-session';
import { NewSessionDocument } from './session-document';
import { Session } from './session.schema';
import { STORED_SESSION_FIELDS, StoredSession } from './stored-session';

/** Finds one session id, perhaps only where it is this user's. */
export interface WantedSession {
  sessionId: string;
  userId?: string;
}

/** Whose documents a login has. */
export interface SessionScope {
  owner: string | undefined;
  /** Whether documents that name no owner belong to it, too. */
  unowned: boolean;
}

/** How the documents of some logins of one owner are to be stamped. */
export interface SessionStamp extends SessionScope {
  hashedTokens: readonly string[];
  at: Date;
  /** The id of the user who revoked them. */
  by: string;
}

/** Documents without the id of a user. Other programs wrote them: it may be anything else. */
const NAMES_NOBODY: QueryFilter<Session> = { userId: { $not: { $gt: '' } } };

/** What a `$group` takes of the first document of a group; what it has not becomes null. */
const FIRST_FIELDS = Object.fromEntries(
  Object.entries(STORED_SESSION_FIELDS)
    .filter(([, isTaken]) => isTaken)
    .map(([field]) => [field, { $first: `$${field}` }]),
);

/** The session documents of the workspace, for listing, opening and revoking sessions. */
@Injectable()
export class SessionsRepository {
  constructor(@InjectModel(Session.name) private readonly sessions: Model<Session>) {}

  /**
   * The documents of one session id: a handful, one for each connection and day. The database is asked by the selective
   * key alone and the handful is judged in code: with more predicates, or a sort, its planner may choose an index that
   * walks through far more.
   */
  async findById(wanted: WantedSession): Promise<StoredSession[]> {
    // Documents without a session id carry none of interest, and there may be many of them.
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions.find(wanted).select(STORED_SESSION_FIELDS).lean();
    return documents.filter(isExactly(wanted));
  }

  /** As `findById`, of one user, with all that is stored but for the token's hash. */
  async findWholeById(wanted: Required<WantedSession>): Promise<StoredSession[]> {
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions
      .find(wanted)
      .select({ loginToken: 0 })
      .lean<StoredSession[]>();
    return documents.filter(isExactly(wanted));
  }

  /**
   * Runs an aggregation over all documents.
   * @param maxTimeMS after which the database gives up: nobody waits any longer, and retries would pile up
   */
  async aggregate<Row>(stages: PipelineStage[], maxTimeMS: number): Promise<Row[]> {
    return this.sessions.aggregate<Row>(stages).allowDiskUse(true).option({ maxTimeMS });
  }

  /**
   * One document of each login, in one read: the newest live one, or else the newest.
   * @param owners whose documents count; undefined stands for those that name no owner
   */
  async findNewestOf(
    owners: readonly (string | undefined)[],
    hashedTokens: readonly string[],
  ): Promise<StoredSession[]> {
    const named = owners.filter((owner) => owner !== undefined);
    const isUnowned = named.length < owners.length;
    const userId = { $in: named };
    return this.sessions
      .aggregate<StoredSession>([
        {
          $match: {
            loginToken: anyOf(hashedTokens),
            ...(isUnowned ? { $or: [{ userId }, NAMES_NOBODY] } : { userId }),
            sessionId: { $gt: '' },
          },
        },
        // A missing date comes before all others.
        { $sort: { logoutAt: 1, loginAt: -1, sessionId: 1 } },
        { $group: { _id: { token: '$loginToken', owner: '$userId' }, ...FIRST_FIELDS } },
        { $project: { _id: 0 } },
      ])
      .allowDiskUse(true);
  }

  /** Stores a new document. */
  async insert(document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.insertOne({ _id: randomId(), ...document } as never);
  }

  /** Stamps every document of the logins that is not stamped yet. One command. */
  async stamp(stamps: readonly SessionStamp[]): Promise<void> {
    if (stamps.length === 0) return;
    await this.sessions.bulkWrite(
      stamps.map(({ owner, unowned, hashedTokens, at, by }) => ({
        updateMany: {
          filter: {
            loginToken: anyOf(hashedTokens),
            ...NOT_STAMPED,
            ...inScope({ owner, unowned }),
          },
          update: { $set: { logoutAt: at, logoutBy: by, _updatedAt: at } },
        },
      })),
      { ordered: false },
    );
  }

  /** Stamps all of a user's documents that have a token. */
  async stampAllOf(userId: string, at: Date): Promise<void> {
    await this.sessions.collection.updateMany(
      { userId, loginToken: { $exists: true }, ...NOT_STAMPED },
      { $set: { logoutAt: at, logoutBy: userId } },
    );
  }

  /** The hash of the token that a document carries, by the document's `_id`. */
  async findTokenOf(_id: string): Promise<string | undefined> {
    const found = await this.sessions.findOne({ _id }).select({ loginToken: 1 }).lean();
    return found?.loginToken;
  }

  /** Puts a document in the place of the one with this `_id`, or stores it. */
  async replace(_id: string, document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.replaceOne({ _id } as never, document, { upsert: true });
  }
}

/** "Exists" lets the database use the index that holds only documents with a token. */
function anyOf(hashedTokens: readonly string[]): { $exists: true; $in: string[] } {
  return { $exists: true, $in: [...hashedTokens] };
}

/** BSON cannot hold a lone surrogate: what the driver asked for may not be what the client asked for. */
function isExactly(wanted: WantedSession): (found: StoredSession) => boolean {
  return ({ sessionId }) => sessionId === wanted.sessionId;
}

function inScope({ owner, unowned }: SessionScope): QueryFilter<Session> {
  if (owner === undefined) return NAMES_NOBODY;
  return unowned ? { $or: [{ userId: owner }, NAMES_NOBODY] } : { userId: owner };
}
