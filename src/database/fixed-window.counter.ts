import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { later } from '../common/clock/later';
import { hashOf } from '../common/crypto/hash-of';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { FixedWindow } from './fixed-window';
import { RateLimitRecord } from './rate-limit-record.schema';

/** Tolerates that the clocks of the processes and of the database differ. */
const KEEP_MS = 60_000;

/** Counts events over all processes, one document per key and window (docs/adr/0024). */
@Injectable()
export class FixedWindowCounter {
  constructor(
    @InjectModel(RateLimitRecord.name) private readonly records: Model<RateLimitRecord>,
  ) {}

  /**
   * Counts one event. One round trip, and one atomic statement: of parallel events, each gets a number of its own.
   * @param parts what is counted together; stored as a hash
   * @returns the number of this event in its window, from 1
   */
  async increment(name: string, parts: readonly string[], window: FixedWindow): Promise<number> {
    const key = `${name}:${hashOf(...parts, window.id)}`;
    try {
      return await this.add(key, window);
    } catch (error) {
      // A parallel request inserted the document first.
      if (!isDuplicateKey(error)) throw error;
      return this.add(key, window);
    }
  }

  private async add(key: string, { endsAt }: FixedWindow): Promise<number> {
    const record = await this.records
      .findOneAndUpdate(
        { _id: key },
        { $inc: { count: 1 }, $setOnInsert: { expiresAt: later(endsAt, KEEP_MS) } },
        { upsert: true, returnDocument: 'after', projection: { count: 1 } },
      )
      .lean();
    // An upsert always returns the document; without one, nothing may pass.
    return record?.count ?? Infinity;
  }
}
