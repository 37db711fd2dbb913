import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { GramStatistics } from './gram.statistics';
import { OVERFLOW, telling } from './grams';
import { IndexStatus } from './index.status';
import { LIVE_ROWS, LIVE_SESSIONS_COLLECTION, LiveRow } from './live-session.schema';

/** Reads the rows of the index that meet any conditions. */
@Injectable()
export class LiveSessionSelector {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly status: IndexStatus,
    private readonly statistics: GramStatistics,
    private readonly config: DatabaseConfig,
  ) {}

  /** Whether the index may be used at this moment. */
  get isUsable(): boolean {
    return this.status.isUsable;
  }

  /**
   * The first stage of a selection.
   * @param text that the conditions search for: the rarest piece of it leads to all rows that contain it
   */
  async matching(
    conditions: readonly mongo.Filter<mongo.Document>[],
    text: string | undefined,
  ): Promise<{ $match: mongo.Filter<mongo.Document> }> {
    const rarest = await this.statistics.rarest(text === undefined ? [] : telling(text));
    const pieces = rarest ? [{ grams: { $in: [rarest.gram, OVERFLOW] } }] : [];
    return { $match: { $and: [...pieces, LIVE_ROWS, ...conditions] } };
  }

  /** Up to 2,000 rows in one round trip. */
  stream<Row extends object>(stages: mongo.Document[]): AsyncIterable<Row> {
    const options = { allowDiskUse: true, maxTimeMS: this.config.timeoutMs, batchSize: 2000 };
    return this.connection
      .collection<LiveRow>(LIVE_SESSIONS_COLLECTION)
      .aggregate<Row>(stages, options);
  }
}
