import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AnyBulkWriteOperation, Model } from 'mongoose';
import { later } from '../common/clock/later';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { RateLimitKey } from './rate-counter';
import { RateLimitRecord } from './rate-limit-record.schema';
import { asNewest, fullUntil, hasRoom, latest } from './sliding-window';

/** `until`: when all requested keys have room again. */
export interface Exhausted<K extends RateLimitKey> {
  key: K;
  until: Date;
}

/**
 * One statement checks the limits and takes the attempt before the work, so parallel requests and processes never
 * exceed them (docs/adr/0023).
 */
@Injectable()
export class SlidingWindowLimiter {
  constructor(
    @InjectModel(RateLimitRecord.name) private readonly records: Model<RateLimitRecord>,
  ) {}

  /** Takes an attempt for every key or for none. Usually one round trip. @param id unique for this attempt */
  async tryConsume(keys: readonly RateLimitKey[], id: string, now: Date): Promise<boolean> {
    for (let tries = 0; tries <= keys.length; tries++) {
      try {
        const taken = await this.take(keys, id, now);
        if (taken === keys.length) return true;
        if (taken > 0) await this.refund(keys, id);
        return false;
      } catch (error) {
        // A parallel request inserted the document first.
        if (!isDuplicateKey(error)) throw error;
        await this.refund(keys, id);
      }
    }
    return false;
  }

  /** Takes nothing; one read, so that a refusal is cheap. @returns the first exhausted key */
  async peek<K extends RateLimitKey>(
    keys: readonly K[],
    now: Date,
  ): Promise<Exhausted<K> | undefined> {
    const records = await this.records
      .find({ _id: { $in: keys.map(({ key }) => key) } })
      .select({ attempts: 1 })
      .lean();
    const full = keys.flatMap((key) => {
      const { attempts = [] } = records.find(({ _id }) => _id === key.key) ?? {};
      const until = latest(key.limits.map((limit) => fullUntil(attempts, limit, now)));
      return until ? [{ key, until }] : [];
    });
    const [first] = full;
    return (
      first && { key: first.key, until: latest(full.map(({ until }) => until)) ?? first.until }
    );
  }

  /** Idempotent; one statement. */
  async refund(keys: readonly Pick<RateLimitKey, 'key'>[], id: string): Promise<void> {
    await this.records.updateMany(
      { _id: { $in: keys.map(({ key }) => key) } },
      { $pull: { attempts: { id } } },
    );
  }

  /** Removes all attempts, whichever use of the counter took them. */
  async reset({ key }: Pick<RateLimitKey, 'key'>): Promise<void> {
    await this.records.updateOne({ _id: key }, { $set: { attempts: [] } });
  }

  private async take(keys: readonly RateLimitKey[], id: string, now: Date): Promise<number> {
    const statements = keys.flatMap((key) => statementsOf(key, id, now));
    const { matchedCount, upsertedCount } = await this.records.bulkWrite(statements);
    return matchedCount + upsertedCount - keys.length;
  }
}

/** Ensures the document, then adds an attempt if all limits allow; always both, so that timing reveals nothing. */
function statementsOf(
  { key, limits, length, keepMs }: RateLimitKey,
  id: string,
  now: Date,
): AnyBulkWriteOperation<RateLimitRecord>[] {
  const $max = { expiresAt: later(now, keepMs) };
  const isOpen = { _id: key, $and: limits.map((limit) => hasRoom(limit, now)) };
  const $push = { attempts: asNewest({ id, at: now }, length) };
  return [
    { updateOne: { filter: { _id: key }, update: { $max }, upsert: true } },
    { updateOne: { filter: isOpen, update: { $push } } },
  ];
}
