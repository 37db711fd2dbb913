import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { Clock } from '../common/clock';
import { ApiError } from '../common/errors/api-error';
import { upsertIf } from '../database/conditional-upsert';
import { LoginCounter } from './login-counters';
import { LoginFailures } from './login-failures.schema';

/** In how long a time the wrong passwords count (contract §5). */
const WINDOW_MS = 5 * 60 * 1000;
/** How long a record outlives its last use: longer than the window, with room for clocks that differ. */
const KEEP_MS = 2 * WINDOW_MS;

/**
 * Blocks logins after too many wrong passwords (docs/adr/0007). Asked before a password is judged, so that blocked
 * logins cost little; and once more before anybody learns how it was judged: a wrong one is counted by one atomic
 * statement with the limit in its filter, a right one must find fewer than the limit. So nobody ever learns more, with
 * however many parallel requests in however many processes, than by asking one after the other.
 */
@Injectable()
export class LoginBlocks implements OnModuleInit {
  constructor(
    @InjectModel(LoginFailures.name) private readonly failures: Model<LoginFailures>,
    private readonly clock: Clock,
  ) {}

  /** The collection is our own, so its index may be made unasked. */
  async onModuleInit(): Promise<void> {
    await this.failures.createIndexes();
  }

  /**
   * Returns when none of these counters has reached its limit. One read.
   * @throws ApiError the problem of the first that has
   */
  async check(counters: LoginCounter[]): Promise<void> {
    const windowStart = this.windowStart();
    const full = await this.failures
      .find({ _id: { $in: counters.map(({ key }) => key) }, 'attempts.0': { $gt: windowStart } })
      .select({ attempts: 1 })
      .lean();
    const blocked = counters.find(({ key, limit }) =>
      full.some(({ _id, attempts }) => _id === key && attempts.length >= limit),
    );
    if (blocked) throw new ApiError(blocked.problem);
  }

  /**
   * Counts a wrong password by each of these counters. One statement for each.
   * @throws ApiError the problem of the first that had reached its limit before
   */
  async count(counters: LoginCounter[]): Promise<void> {
    const counted = await Promise.all(counters.map((counter) => this.countBy(counter)));
    const blocked = counters.find((_, index) => !counted[index]);
    if (blocked) throw new ApiError(blocked.problem);
  }

  /** @returns false when as many failures as the limit lie within the window */
  private countBy({ key, limit }: LoginCounter): Promise<boolean> {
    const now = this.clock.now();
    const filter: QueryFilter<LoginFailures> = {
      _id: key,
      $or: [
        { [`attempts.${limit - 1}`]: { $exists: false } },
        { 'attempts.0': { $lte: this.windowStart() } },
      ],
    };
    const update: UpdateQuery<LoginFailures> = {
      $push: { attempts: { $each: [now], $slice: -limit } },
      $set: { expiresAt: new Date(now.getTime() + KEEP_MS) },
    };
    return upsertIf(this.failures, filter, update);
  }

  private windowStart(): Date {
    return new Date(this.clock.now().getTime() - WINDOW_MS);
  }
}
