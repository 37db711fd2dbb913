import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, PipelineStage, QueryFilter } from 'mongoose';
import { USERS_COLLECTION } from '../collections';
import { UserProfile } from '../users/users.repository';
import { randomId } from '../../common/crypto/random-id';
import { newestOfTokens } from './live-logins.pipeline';
import { anyOf, NOT_STAMPED } from './live-session';
import { loginOf, NewSessionDocument } from './session-document';
import { ChangedSessions, SessionWrites } from './session-writes';
import { Session } from './session.schema';
import { isText, STORED_SESSION_FIELDS, StoredSession } from './stored-session';

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
  /** The id of a user; undefined if nobody is known. */
  by: string | undefined;
}

/** The newest live document of a token and owner, as a list shows it. */
export interface LiveLogin extends StoredSession {
  _id: { token: string; owner?: unknown };
  sessionId: string;
  /** The `_id` of the document. */
  document: unknown;
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

/** A session with the owner whom it names. */
export type OwnedSession = StoredSession & { owner?: UserProfile };

/** `owners` are several if another program wrote a list in place of the user id. */
type JoinedSession = StoredSession & { owners: (UserProfile & { _id: unknown })[] };

/** MongoDB 4.4 has no projection in this form of a join; the next stage keeps what leaves the database. */
const JOIN_OWNERS = {
  $lookup: { from: USERS_COLLECTION, localField: 'userId', foreignField: '_id', as: 'owners' },
};
const JOINED_FIELDS = {
  $project: {
    ...STORED_SESSION_FIELDS,
    ...Object.fromEntries(
      ['_id', 'name', 'username', 'avatarETag', 'avatarOrigin'].map((name) => [
        `owners.${name}`,
        1,
      ]),
    ),
  },
};

@Injectable()
export class SessionsRepository {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly writes: SessionWrites,
  ) {}

  /**
   * A few documents, one for each connection and day. Code filters them, because with more predicates or a sort the
   * planner may choose an index that reads far more.
   */
  async findById(wanted: WantedSession): Promise<StoredSession[]> {
    if (wanted.sessionId === '') return [];
    const documents = await this.sessions.find(wanted).select(STORED_SESSION_FIELDS).lean();
    return documents.filter(isExactly(wanted));
  }

  /**
   * As `findById`, each with the owner whom it names. One round trip: a second one would cost more than the join.
   * @returns `owner` is absent if there is no such user
   */
  async findWithOwner(sessionId: string): Promise<OwnedSession[]> {
    if (sessionId === '') return [];
    const documents = await this.sessions.collection
      .aggregate<JoinedSession>([{ $match: { sessionId } }, JOIN_OWNERS, JOINED_FIELDS])
      .toArray();
    return documents.filter(isExactly({ sessionId })).map(withOwner);
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

  /** As `aggregate`, for more rows than this process should hold at once: up to 2,000 in one round trip. */
  stream<Row extends object>(stages: PipelineStage[], maxTimeMS: number): AsyncIterable<Row> {
    const options = { allowDiskUse: true, maxTimeMS, batchSize: 2000 };
    return this.sessions.collection.aggregate<Row>(stages, options);
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

  /**
   * The live logins of these tokens, whatever owners they name. One read by the index of tokens.
   * @param maxTimeMS when the database aborts
   */
  async findLiveLogins(tokens: readonly string[], maxTimeMS: number): Promise<LiveLogin[]> {
    if (tokens.length === 0) return [];
    const found = await this.sessions.collection
      .aggregate<LiveLogin>(newestOfTokens(tokens), {
        allowDiskUse: true,
        maxTimeMS,
        // A token has one owner as a rule: all in one round trip.
        batchSize: 2 * tokens.length,
      })
      .toArray();
    // A list in place of the token or the session id matches by its elements; it is no session.
    return found.filter(({ _id, sessionId }) => isText(_id.token) && isText(sessionId));
  }

  async insert(document: NewSessionDocument): Promise<void> {
    await this.sessions.collection.insertOne({ _id: randomId(), ...document } as never);
    await this.writes.report({ logins: [loginOf(document)] });
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
          update: {
            $set: { logoutAt: at, ...(by !== undefined && { logoutBy: by }), _updatedAt: at },
          },
        },
      })),
      // Otherwise Mongoose would drop what it cannot cast without a word.
      { ordered: false, throwOnValidationError: true },
    );
    await this.writes.report(changedBy(stamps));
  }

  /** Stamps the documents of a login that nobody has got, and parts them from its token: no session has ended. */
  async disown({ token, owner }: { token: string; owner: string }, at: Date): Promise<void> {
    await this.sessions.collection.updateMany(
      { loginToken: anyOf([token]), userId: owner },
      { $set: { logoutAt: at, logoutBy: owner, _updatedAt: at }, $unset: { loginToken: '' } },
    );
    await this.writes.report({ logins: [{ token, owner }] });
  }
}

/** A document that names no owner may have anything in `userId`, so its logins are told by their tokens. */
function changedBy(stamps: readonly SessionStamp[]): ChangedSessions {
  return {
    ended: stamps.flatMap(({ owner, hashedTokens }) =>
      owner === undefined ? [] : hashedTokens.map((token) => ({ token, owner })),
    ),
    tokens: stamps.flatMap(({ owner, unowned, hashedTokens }) =>
      unowned || owner === undefined ? hashedTokens : [],
    ),
  };
}

/** BSON cannot hold a lone surrogate, so the driver may have queried another id than the client sent. */
function isExactly(wanted: WantedSession): (found: StoredSession) => boolean {
  return ({ sessionId }) => sessionId === wanted.sessionId;
}

function withOwner({ owners, ...session }: JoinedSession): OwnedSession {
  const owner = owners.find(({ _id }) => _id === session.userId);
  return owner ? { ...session, owner } : session;
}

function inScope({ owner, unowned }: SessionScope): QueryFilter<Session> {
  if (owner === undefined) return WITHOUT_OWNER;
  return unowned ? { $or: [{ userId: owner }, WITHOUT_OWNER] } : { userId: owner };
}
