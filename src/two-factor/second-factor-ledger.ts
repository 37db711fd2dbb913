import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { Configuration } from '../config/configuration';
import { upsertIf } from '../database/conditional-upsert';
import { CodeClaim, SecondFactorRecord, TimeStepClaim } from './second-factor-record.schema';

/** One more than the time steps that are acceptable at once, so that no live claim is overwritten. */
const CLAIM_SLOTS = 4;
/** As many as a user has at a time, and each is taken out of `users` as soon as it is claimed. */
const BACKUP_CLAIMS = 12;
/** How long a record outlives its last use: longer than a code, with room for clocks that differ. */
const KEEP_MS = 5 * 60 * 1000;
/** Nobody has counted fewer than no wrong codes. */
const IMPOSSIBLE: QueryFilter<SecondFactorRecord> = { failures: { $lt: 0 } };
/** Over for every clock, also for one that is a little behind: no wrong code has been counted. */
const NO_WINDOW = new Date(0);

/**
 * The shared memory of the second factor: which code is used up, and who showed too many wrong ones. Every change is
 * one atomic statement with its precondition in the filter, so it holds across parallel requests and processes.
 */
@Injectable()
export class SecondFactorLedger implements OnModuleInit {
  constructor(
    @InjectModel(SecondFactorRecord.name) private readonly records: Model<SecondFactorRecord>,
    private readonly config: Configuration,
  ) {}

  /** The collection is our own, so its index may be made unasked. */
  async onModuleInit(): Promise<void> {
    await this.records.createIndexes();
  }

  /**
   * Lets a right code count: forgets the wrong ones before it and, for a one-time code, claims it (a time step for this
   * client, a backup code for this very request).
   * One statement; a refusal may take two.
   * @returns false when the user is locked out, or when the code is used up (RFC 6238 §5.2)
   */
  async accept(userId: string, now: Date, claim?: CodeClaim): Promise<boolean> {
    return this.forgive(userId, now, claim ? this.unclaimed(claim) : {}, {
      ...(claim && 'timeStep' in claim && { $set: { [slotOf(claim)]: claim } }),
      ...(claim &&
        'backupHash' in claim && {
          $push: { backupClaims: { $each: [claim.backupHash], $slice: -BACKUP_CLAIMS } },
        }),
    });
  }

  /**
   * What `accept` does with a code that is used up, for a code that is wrong: the same statements, so that no clock tells
   * the one from the other. It leaves no trace but an empty record.
   */
  async turnDown(userId: string, now: Date): Promise<void> {
    await this.forgive(userId, now, IMPOSSIBLE, {});
  }

  /**
   * Counts a wrong code.
   * @returns undefined when it counted, or the end of the lockout when the user had used up the attempts before it:
   * then nobody may learn whether the code was right
   */
  async refuse(userId: string, now: Date): Promise<Date | undefined> {
    const counted =
      (await this.countFailure(userId, now)) ||
      (await this.openWindow(userId, now)) ||
      // A parallel request opened the window between the two.
      (await this.countFailure(userId, now));
    return counted ? undefined : ((await this.lockedUntil(userId, now)) ?? now);
  }

  /** The end of the user's lockout, or undefined when there is none. One read. */
  async lockedUntil(userId: string, now: Date): Promise<Date | undefined> {
    const record = await this.records
      .findOne({
        _id: userId,
        failures: { $gte: this.config.TWO_FACTOR_MAX_ATTEMPTS },
        windowEndsAt: { $gt: now },
      })
      .select({ windowEndsAt: 1 })
      .lean();
    return record?.windowEndsAt;
  }

  /** Forgets the wrong codes and makes a change beside it, on a condition, and unless the user is locked out. */
  private forgive(
    userId: string,
    now: Date,
    condition: QueryFilter<SecondFactorRecord>,
    { $set, ...change }: UpdateQuery<SecondFactorRecord>,
  ): Promise<boolean> {
    const notLockedOut: QueryFilter<SecondFactorRecord> = {
      $or: [
        { failures: { $lt: this.config.TWO_FACTOR_MAX_ATTEMPTS } },
        { windowEndsAt: { $lte: now } },
      ],
    };
    return upsertIf(
      this.records,
      { _id: userId, $and: [notLockedOut, condition] },
      {
        $set: {
          failures: 0,
          windowEndsAt: NO_WINDOW,
          expiresAt: new Date(now.getTime() + KEEP_MS),
          ...$set,
        },
        ...change,
      },
    );
  }

  /**
   * For a time step: its slot is empty, holds an older step or one of another secret, or is this very client's and may
   * be shown again.
   */
  private unclaimed(claim: CodeClaim): QueryFilter<SecondFactorRecord> {
    if ('backupHash' in claim) return { backupClaims: { $ne: claim.backupHash } };
    const { timeStep, secretHash, clientHash } = claim;
    const slot = slotOf(claim);
    const free = [
      { [slot]: { $exists: false } },
      { [`${slot}.timeStep`]: { $lt: timeStep } },
      { [`${slot}.secretHash`]: { $ne: secretHash } },
    ];
    if (this.config.TWO_FACTOR_CODE_REUSE === 'never') return { $or: free };
    const ours = { [`${slot}.timeStep`]: timeStep, [`${slot}.clientHash`]: clientHash };
    return { $or: [...free, ours] };
  }

  private async countFailure(userId: string, now: Date): Promise<boolean> {
    const { matchedCount } = await this.records.updateOne(
      {
        _id: userId,
        failures: { $lt: this.config.TWO_FACTOR_MAX_ATTEMPTS },
        windowEndsAt: { $gt: now },
      },
      { $inc: { failures: 1 } },
    );
    return matchedCount === 1;
  }

  private openWindow(userId: string, now: Date): Promise<boolean> {
    const windowEndsAt = new Date(
      now.getTime() + this.config.TWO_FACTOR_ATTEMPT_WINDOW_SECONDS * 1000,
    );
    return upsertIf(
      this.records,
      { _id: userId, windowEndsAt: { $lte: now } },
      {
        $set: {
          failures: 1,
          windowEndsAt,
          expiresAt: new Date(windowEndsAt.getTime() + KEEP_MS),
        },
      },
    );
  }
}

function slotOf({ timeStep }: TimeStepClaim): string {
  return `claims.s${timeStep % CLAIM_SLOTS}`;
}
