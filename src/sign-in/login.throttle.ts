import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AnyBulkWriteOperation, Model } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { ThrottleKey } from './throttle-key';
import { LoginFailures } from './login-failures.schema';

/** In how long a time the wrong passwords count (contract §5). */
const WINDOW_MS = 5 * 60 * 1000;
/** How long a record outlives its last use: longer than the window, with room for clocks that differ. */
const KEEP_MS = 2 * WINDOW_MS;

/**
 * Blocks logins after too many wrong passwords (docs/adr/0007). A login takes its attempt before its password is judged,
 * and gives it back when the password was right. So of any number of logins at once, in any number of processes, no more
 * are judged than the limits allow.
 */
@Injectable()
export class LoginThrottle implements OnModuleInit {
  constructor(
    @InjectModel(LoginFailures.name) private readonly failures: Model<LoginFailures>,
    private readonly clock: Clock,
  ) {}

  /** The collection is our own, so its index may be made unasked. */
  async onModuleInit(): Promise<void> {
    await this.failures.createIndexes();
  }

  /**
   * Returns when none of these counters has reached its limit. One read, so that what is blocked costs little.
   * @throws ApiError the problem of the first that has
   */
  async peek(counters: ThrottleKey[]): Promise<void> {
    const windowStart = this.windowStart();
    const full = await this.failures
      .find({ _id: { $in: counters.map(({ key }) => key) }, 'attempts.0.at': { $gt: windowStart } })
      .select({ attempts: 1 })
      .lean();
    const blocked = counters.find(({ key, limit }) =>
      full.some(({ _id, attempts = [] }) => _id === key && attempts.length >= limit),
    );
    if (blocked) throw new ApiError(blocked.problem);
  }

  /**
   * Counts an attempt by each of these counters, or by none. One round trip; where only some of them would count it, and
   * at the very first attempts at once, it takes more.
   * @param id of the attempt
   * @returns false when one of the counters has reached its limit
   */
  async tryConsume(counters: ThrottleKey[], id: string): Promise<boolean> {
    for (let tries = 0; tries <= counters.length; tries++) {
      try {
        const counted = await this.count(counters, id);
        if (counted === counters.length) return true;
        if (counted > 0) await this.refund(counters, id);
        return false;
      } catch (error) {
        // A parallel login has made one of the records at the same time: there is one now.
        if (!isDuplicateKey(error)) throw error;
        await this.refund(counters, id);
      }
    }
    return false;
  }

  /** An attempt was none: it is forgotten by each of these counters, and no other attempt is. One statement. */
  async refund(counters: ThrottleKey[], id: string): Promise<void> {
    await this.failures.updateMany(
      { _id: { $in: counters.map(({ key }) => key) } },
      { $pull: { attempts: { id } } },
    );
  }

  /** @returns by how many of them */
  private async count(counters: ThrottleKey[], id: string): Promise<number> {
    const operations = counters.flatMap((counter) => this.operations(counter, id));
    const { matchedCount, upsertedCount } = await this.failures.bulkWrite(operations);
    return matchedCount + upsertedCount - counters.length;
  }

  /**
   * There is a record; and an attempt is added to it, if fewer than the limit lie within the window. Both are sent
   * whether or not it is full, so that no clock tells.
   */
  private operations(
    { key, limit }: ThrottleKey,
    id: string,
  ): AnyBulkWriteOperation<LoginFailures>[] {
    const at = this.clock.now();
    const expiresAt = new Date(at.getTime() + KEEP_MS);
    const isOpen = [
      { [`attempts.${limit - 1}`]: { $exists: false } },
      { 'attempts.0.at': { $lte: this.windowStart() } },
    ];
    const attempts = { $each: [{ id, at }], $slice: -limit };
    return [
      { updateOne: { filter: { _id: key }, update: { $set: { expiresAt } }, upsert: true } },
      { updateOne: { filter: { _id: key, $or: isOpen }, update: { $push: { attempts } } } },
    ];
  }

  private windowStart(): Date {
    return new Date(this.clock.now().getTime() - WINDOW_MS);
  }
}
