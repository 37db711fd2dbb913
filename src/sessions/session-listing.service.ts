import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, PipelineStage } from 'mongoose';
import { Configuration } from '../config/configuration';
import { UserProfile } from '../users/users.service';
import { SessionListRequest } from './dto/session-list.parameters';
import { Session } from './session.schema';
import { StoredSession } from './session.view';

/** A live session, one per login token; `_id` is the hash of the token and never leaves the service. */
export interface ListedSession extends StoredSession {
  _id: string;
  sessionId: string;
  _user?: UserProfile;
}

export interface SessionPage {
  rows: ListedSession[];
  /** How many live sessions match, on all pages. */
  total: number;
}

/** Longer than anything that is looked through, and than the patterns of which a database makes one for each field. */
const LONGEST_FILTER = 1000;

const FILTERED_FIELDS = [
  'device.name',
  'device.type',
  'device.os.name',
  'sessionId',
  'userId',
  'ip',
  'host',
];
const FILTERED_OWNER_FIELDS = ['_user.username', '_user.name'];

/** Puts the owner beside each session, as far as others may see them. */
const JOIN_OWNER: PipelineStage.FacetPipelineStage[] = [
  {
    $lookup: {
      from: 'users',
      localField: 'userId',
      foreignField: '_id',
      pipeline: [{ $project: { name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 } }],
      as: '_user',
    },
  },
  { $unwind: { path: '$_user', preserveNullAndEmptyArrays: true } },
];

/**
 * Lists live sessions. The database does all of it, in one round trip: the documents of a login token are folded into
 * the newest, filtered, sorted as a whole and then cut into pages, so nothing but a page enters this process.
 */
@Injectable()
export class SessionListingService {
  constructor(
    @InjectModel(Session.name) private readonly sessions: Model<Session>,
    private readonly config: Configuration,
  ) {}

  /** A user's own sessions, without the owner beside them. */
  listOf(userId: string, request: SessionListRequest): Promise<SessionPage> {
    return this.run(
      [...liveSessions({ userId }), ...matching(request.filter, FILTERED_FIELDS)],
      request,
    );
  }

  /** Everybody's sessions, with their owners. */
  async listAll(request: SessionListRequest): Promise<SessionPage> {
    const { filter, order } = request;
    // Owners are joined to all sessions only where they decide which come first, else to the page alone.
    const ownersDecide = filter !== '' || order.some(([key]) => key.startsWith('_user.'));
    const fields = [...FILTERED_FIELDS, ...FILTERED_OWNER_FIELDS];
    return this.run(
      [...liveSessions({}), ...(ownersDecide ? JOIN_OWNER : []), ...matching(filter, fields)],
      request,
      ownersDecide ? [] : JOIN_OWNER,
    );
  }

  private async run(
    stages: PipelineStage[],
    { offset, count, order, filter }: SessionListRequest,
    ofThePage: PipelineStage.FacetPipelineStage[] = [],
  ): Promise<SessionPage> {
    if (filter.length > LONGEST_FILTER) return { rows: [], total: 0 };
    const [result] = await this.sessions
      .aggregate<{ rows: ListedSession[]; total: { total: number }[] }>([
        ...stages,
        // Ties are broken by the id, and two tokens that share one by the token: the order is total.
        { $sort: { ...Object.fromEntries(order), sessionId: 1, _id: 1 } },
        {
          $facet: {
            rows: [{ $skip: offset }, { $limit: count }, ...ofThePage],
            total: [{ $count: 'total' }],
          },
        },
      ])
      .allowDiskUse(true)
      // Nobody waits any longer: without it the database would go on, and asking again would ask twice of it.
      .option({ maxTimeMS: this.config.DATABASE_TIMEOUT_MS });
    return { rows: result?.rows ?? [], total: result?.total[0]?.total ?? 0 };
  }
}

/** One row per login token: its newest live document (contract §2). */
function liveSessions(owner: { userId?: string }): PipelineStage[] {
  const first = (field: string): object => ({ [field]: { $first: `$${field}` } });
  return [
    {
      $match: {
        ...owner,
        // "Exists" lets the database use the index that holds only such documents.
        loginToken: { $exists: true, $gt: '' },
        sessionId: { $gt: '' },
        logoutAt: null,
      },
    },
    { $sort: { loginAt: -1, _id: 1 } },
    {
      $group: {
        _id: '$loginToken',
        ...first('sessionId'),
        ...first('userId'),
        ...first('device'),
        ...first('host'),
        ...first('ip'),
        ...first('loginAt'),
      },
    },
  ];
}

/** Keeps what contains the text in one of the fields, in whatever case. */
function matching(text: string, fields: readonly string[]): PipelineStage[] {
  if (text === '') return [];
  const $regex = literal(text);
  return [{ $match: { $or: fields.map((field) => ({ [field]: { $regex, $options: 'i' } })) } }];
}

/** A pattern that matches exactly this text. NUL cannot stand in a pattern as itself. */
function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll('\0', '\\x00');
}
