import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { EndingReason } from './revocation';
import { SessionEnding } from './session-ending.schema';

export interface HistoryFilter {
  userId?: string | undefined;
  /** The id of a user. */
  endedBy?: string | undefined;
  reason?: EndingReason | undefined;
  /** The first moment that belongs to it. */
  from: Date;
  /** The first moment that no longer belongs to it. */
  until?: Date | undefined;
}

/** The place of an ending in the history. */
export interface HistoryPosition {
  endedAt: Date;
  id: string;
}

/** An ending without what is left to do of it. */
export type EndedSession = Omit<SessionEnding, 'pending' | 'expiresAt'>;

const SHOWN = {
  sessionId: 1,
  userId: 1,
  device: 1,
  host: 1,
  ip: 1,
  loginAt: 1,
  endedAt: 1,
  endedBy: 1,
  reason: 1,
  note: 1,
} as const;

/** Reads the sessions that have ended. */
@Injectable()
export class SessionHistoryRepository {
  constructor(@InjectModel(SessionEnding.name) private readonly endings: Model<SessionEnding>) {}

  /**
   * The newest endings, or those behind a position. One indexed read.
   * @param maxTimeMS when the database aborts
   */
  async find(
    filter: HistoryFilter,
    behind: HistoryPosition | undefined,
    limit: number,
    maxTimeMS: number,
  ): Promise<EndedSession[]> {
    return this.endings
      .find(matching(filter, behind))
      .sort({ endedAt: -1, _id: -1 })
      .limit(limit)
      .select(SHOWN)
      .maxTimeMS(maxTimeMS)
      .lean<EndedSession[]>();
  }
}

function matching(
  { userId, endedBy, reason, from, until }: HistoryFilter,
  behind: HistoryPosition | undefined,
): QueryFilter<SessionEnding> {
  const named = Object.entries({ userId, endedBy, reason }).filter(
    ([, value]) => value !== undefined,
  );
  return {
    ...Object.fromEntries(named),
    endedAt: {
      $gte: from,
      ...(until && { $lt: until }),
      // Beside the condition below, so that the index begins at the position.
      ...(behind && { $lte: behind.endedAt }),
    },
    ...(behind && {
      $or: [{ endedAt: { $lt: behind.endedAt } }, { _id: { $lt: behind.id } }],
    }),
  };
}
