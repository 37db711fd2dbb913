import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, PipelineStage, QueryFilter } from 'mongoose';
import { randomId } from '../../common/crypto/random-id';
import { NOT_STAMPED } from './live-session';
import { NewSessionDocument } from './session-document';
import { Session } from './session.schema';
import { STORED_SESSION_FIELDS, StoredSession } from './stored-session';

export interface WantedSession {
  sessionId: string;
  userId?: string;
}

export interface SessionScope {
  owner: string | undefined;
  /** Whether documents that name no owner are included. */
  unowned: boolean;
}

export interface SessionStamp extends SessionScope {
  hashedTokens: readonly string[];
  at: Date;
  by: string;
}

/** Documents that name no owner, as `ownerOf` says: other programs wrote them, so `userId` may have any type. */
const WITHOUT_OWNER: QueryFilter<Session> = {
  // A condition on a list looks at its elements.
  $or: [{ userId: { $not: { $gt: '' } } }, { userId: { $type: 'array' } }],
};

/** What `$group` takes from the first document of a group; a missing field becomes null. */
const FIRST_FIELDS = Object.fromEntries(
  Object.entries(STORED_SESSION_FIELDS)
    .filter(([, isTaken]) => isTaken)
    .map(([field]) => [field, { $first: `$${field}` }]),
);

@Injectable()
export class SessionsRepository {
  constructor(@InjectModel(Session.name) private readonly sessions: Model<Session>) {}

  /**
   * A few documents, one for each connection and day. Code filters them, because with more predicates or a sort the
   * planner may choose an index that reads far more.
   */
  async findById(wanted: WantedSession): Promise<StoredSession[]> {
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions.find(wanted).select(STORED_SESSION_FIELDS).lean();
    return documents.filter(isExactly(wanted));
  }

  /** As `findById`, of one owner, with every field except the token's hash. */
  async findWholeById(wanted: Required<WantedSession>): Promise<StoredSession[]> {
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions
      .find(wanted)
      .select({ loginToken: 0 })
      .lean<StoredSession[]>();
    return documents.filter(isExactly(wanted));
  }

  /** @param maxTimeMS when the database aborts; otherwise retries would pile up there */
  async aggregate<Row>(stages: PipelineStage[], maxTimeMS: number): Promise<Row[]> {
    return this.sessions.aggregate<Row>(stages).allowDiskUse(true).option({ maxTimeMS });
  }

  /**
   * The newest live document of each login, or else its newest, in one read. No owner: documents without one.
   * @param maxTimeMS when the database aborts
   */
  async findNewestOf(
    owners: readonly (string | undefined)[],
    hashedTokens: readonly string[],
    maxTimeMS: number,
  ): Promise<StoredSession[]> {
    const named = owners.filter((owner) => owner !== undefined);
    const isUnowned = named.length < owners.length;
    const userId = { $in: named };
    return this.sessions
      .aggregate<StoredSession>([
        {
          $match: {
            loginToken: anyOf(hashedTokens),
            ...(isUnowned ? { $or: [{ userId }, WITHOUT_OWNER] } : { userId }),
            sessionId: { $gt: '' },
          },
        },
        // A missing date sorts first: live documents come before others.
        { $sort: { logoutAt: 1, loginAt: -1, sessionId: 1 } },
        { $group: { _id: { token: '$loginToken', owner: '$userId' }, ...FIRST_FIELDS } },
        { $project: { _id: 0 } },
      ])
      .allowDiskUse(true)
      .option({ maxTimeMS });
  }

  async insert(document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.insertOne({ _id: randomId(), ...document } as never);
  }

  /** Stamps every document of these logins that has no stamp yet. One command. */
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
      // Otherwise Mongoose would drop what it cannot cast without a word.
      { ordered: false, throwOnValidationError: true },
    );
  }

  async stampAllOf(userId: string, at: Date): Promise<void> {
    await this.sessions.collection.updateMany(
      { userId, loginToken: { $exists: true }, ...NOT_STAMPED },
      { $set: { logoutAt: at, logoutBy: userId } },
    );
  }

  async findTokenOf(_id: string): Promise<string | undefined> {
    const found = await this.sessions.findOne({ _id }).select({ loginToken: 1 }).lean();
    return found?.loginToken;
  }

  async replace(_id: string, document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.replaceOne({ _id } as never, document, { upsert: true });
  }
}

/** `$exists` lets the database use the partial index. */
function anyOf(hashedTokens: readonly string[]): { $exists: true; $in: string[] } {
  return { $exists: true, $in: [...hashedTokens] };
}

/** BSON cannot hold a lone surrogate, so the driver may have queried another id than the client sent. */
function isExactly(wanted: WantedSession): (found: StoredSession) => boolean {
  return ({ sessionId }) => sessionId === wanted.sessionId;
}

function inScope({ owner, unowned }: SessionScope): QueryFilter<Session> {
  if (owner === undefined) return WITHOUT_OWNER;
  return unowned ? { $or: [{ userId: owner }, WITHOUT_OWNER] } : { userId: owner };
}
