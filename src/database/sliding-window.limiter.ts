import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AnyBulkWriteOperation, Model } from 'mongoose';
import { later } from '../common/clock/later';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { RateLimitKey } from './rate-counter';
import { RateLimitRecord } from './rate-limit-record.schema';
import { asNewest, fullUntil, hasRoom, latest } from './sliding-window';

/** A key that has no room, and when there is room again by all keys that were asked for. */
export interface Exhausted<K extends RateLimitKey> {
  key: K;
  until: Date;
}

/**
 * The rate limiter, on the database (docs/adr/0023). An attempt is taken before the work that it is for, by one statement
 * with the limits in its filter. So of any number of requests at once, in any number of processes, no more get one than
 * the limits allow. Time is the caller's.
 */
@Injectable()
export class SlidingWindowLimiter {
  constructor(
    @InjectModel(RateLimitRecord.name) private readonly records: Model<RateLimitRecord>,
  ) {}

  /**
   * Takes an attempt by each of these keys, or by none. One round trip; where only some of the keys have room, and when
   * parallel requests make a document at the same time, it takes more.
   * @param id of this attempt and no other
   * @returns false when one of the keys has reached a limit
   */
  async tryConsume(keys: readonly RateLimitKey[], id: string, now: Date): Promise<boolean> {
    for (let tries = 0; tries <= keys.length; tries++) {
      try {
        const taken = await this.take(keys, id, now);
        if (taken === keys.length) return true;
        if (taken > 0) await this.refund(keys, id);
        return false;
      } catch (error) {
        // A parallel request has made one of the documents at the same time: it exists now.
        if (!isDuplicateKey(error)) throw error;
        await this.refund(keys, id);
      }
    }
    return false;
  }

  /**
   * Whether `tryConsume` would refuse at `now`. One read, so that what is refused costs little; it takes nothing.
   * @returns the first of the keys that has no room; undefined when all have
   */
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

  /** Gives this very attempt back, wherever it was taken. One statement; harmless when repeated. */
  async refund(keys: readonly Pick<RateLimitKey, 'key'>[], id: string): Promise<void> {
    await this.records.updateMany(
      { _id: { $in: keys.map(({ key }) => key) } },
      { $pull: { attempts: { id } } },
    );
  }

  /** Forgets all attempts of a key, whichever use of its counter took them. */
  async reset({ key }: Pick<RateLimitKey, 'key'>): Promise<void> {
    await this.records.updateOne({ _id: key }, { $set: { attempts: [] } });
  }

  /** @returns by how many of the keys it was taken */
  private async take(keys: readonly RateLimitKey[], id: string, now: Date): Promise<number> {
    const statements = keys.flatMap((key) => statementsOf(key, id, now));
    const { matchedCount, upsertedCount } = await this.records.bulkWrite(statements);
    return matchedCount + upsertedCount - keys.length;
  }
}

/**
 * There is a document; and an attempt is added to it, if all limits leave room. Both are sent whether or not they do, so
 * that no clock tells.
 */
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
