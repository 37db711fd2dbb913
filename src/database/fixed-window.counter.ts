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
   * Counts one event: of parallel events, each gets a number of its own. One round trip, or two for the first of a window.
   * @param parts what is counted together; stored as a hash
   * @returns the number of this event in its window, from 1
   */
  async increment(name: string, parts: readonly string[], window: FixedWindow): Promise<number> {
    const key = `${name}:${hashOf(...parts, window.id)}`;
    // Not an upsert: of those that race, compatible engines answer several with the document that only one of them inserted.
    return (await this.add(key)) ?? (await this.insert(key, window)) ?? this.addAgain(key);
  }

  /** @returns undefined when nothing has been counted yet */
  private async add(key: string): Promise<number | undefined> {
    const record = await this.records
      .findOneAndUpdate(
        { _id: key },
        { $inc: { count: 1 } },
        { returnDocument: 'after', projection: { count: 1 } },
      )
      .lean();
    return record?.count;
  }

  /** @returns undefined when a parallel request has inserted it first */
  private async insert(key: string, { endsAt }: FixedWindow): Promise<1 | undefined> {
    try {
      await this.records.create({ _id: key, count: 1, expiresAt: later(endsAt, KEEP_MS) });
      return 1;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      return undefined;
    }
  }

  /** Where the document has gone meanwhile, nothing may pass. */
  private async addAgain(key: string): Promise<number> {
    return (await this.add(key)) ?? Infinity;
  }
}
