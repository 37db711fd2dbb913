import { Injectable, OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { Configuration } from '../config/configuration';
import { upsertIf } from '../database/conditional-upsert';
import { CodeClaim, SecondFactorRecord, TimeStepClaim } from './second-factor-record.schema';

/** One more than the time steps that are acceptable at once, so that no live claim is overwritten. */
const CLAIM_SLOTS = 4;
/** As many backup codes as a user has at a time; each code is taken out of `users` as soon as it is claimed. */
const HASH_CLAIMS = 12;
/** How long a record outlives its last use: longer than a code, with room for clocks that differ. */
const KEEP_MS = 5 * 60 * 1000;
/** Of a time that is long over: it stands in nobody's way. */
const NOBODYS_CLAIM: CodeClaim = {
  timeStep: 0,
  secretHash: '-'.repeat(44),
  clientHash: '-'.repeat(44),
};
/** Everybody has counted no wrong codes or more, nobody fewer. */
const POSSIBLE: QueryFilter<SecondFactorRecord> = { failures: { $gte: 0 } };
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
   * client, a stored code for this very request).
   * One statement; a refusal may take two.
   * @returns false when the user is locked out, or when the code is used up (RFC 6238 §5.2)
   */
  async accept(userId: string, now: Date, claim?: CodeClaim): Promise<boolean> {
    return this.settle(userId, now, claim, POSSIBLE);
  }

  /**
   * For a wrong code what `accept` does for one that is used up: the same statements of the same size, so that no clock
   * tells the one from the other. It leaves no trace but a record that says nothing.
   */
  async turnDown(userId: string, now: Date): Promise<void> {
    await this.settle(userId, now, NOBODYS_CLAIM, IMPOSSIBLE);
  }

  /**
   * Counts a wrong code.
   * @returns undefined when it counted, or the end of the lockout when the user had used up the attempts before it:
   * then nobody may learn whether the code was right
   */
  async refuse(userId: string, now: Date): Promise<Date | undefined> {
    if (await this.countFailure(userId, now)) return undefined;
    // Asked before a window is opened: whoever is locked out and goes on should cost little.
    const lockedUntil = await this.lockedUntil(userId, now);
    if (lockedUntil) return lockedUntil;
    const counted =
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

  private settle(
    userId: string,
    now: Date,
    claim: CodeClaim | undefined,
    condition: QueryFilter<SecondFactorRecord>,
  ): Promise<boolean> {
    const notLockedOut: QueryFilter<SecondFactorRecord> = {
      $or: [
        { failures: { $lt: this.config.TWO_FACTOR_MAX_ATTEMPTS } },
        { windowEndsAt: { $lte: now } },
      ],
    };
    const filter: QueryFilter<SecondFactorRecord> = {
      _id: userId,
      $and: [notLockedOut, ...(claim ? [this.unclaimed(claim)] : []), condition],
    };
    const update: UpdateQuery<SecondFactorRecord> = {
      $set: {
        failures: 0,
        windowEndsAt: NO_WINDOW,
        expiresAt: new Date(now.getTime() + KEEP_MS),
        ...(claim && 'timeStep' in claim && { [slotOf(claim)]: claim }),
      },
      ...(claim &&
        'codeHash' in claim && {
          $push: { hashClaims: { $each: [claim.codeHash], $slice: -HASH_CLAIMS } },
        }),
    };
    return upsertIf(this.records, filter, update);
  }

  /**
   * For a time step: its slot is empty, holds an older step or one of another secret, or is this very client's and may
   * be shown again.
   */
  private unclaimed(claim: CodeClaim): QueryFilter<SecondFactorRecord> {
    if ('codeHash' in claim) return { hashClaims: { $ne: claim.codeHash } };
    const { timeStep, secretHash, clientHash } = claim;
    const slot = slotOf(claim);
    const free = [
      { [`${slot}.timeStep`]: { $lt: timeStep } },
      // So is a slot that is empty.
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
