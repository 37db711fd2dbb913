import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { later } from '../../common/clock/later';
import { SharedReads } from '../../common/concurrency/shared-reads';
import { TwoFactorConfig } from '../../config/two-factor.config';
import { updateInOrder, Updates } from '../../database/ordered-updates';
import { asNewest, fullUntil, hasRoom, latest, RateLimit } from '../../database/sliding-window';
import { CodeClaims, KEEP_CLAIM_MS, DUMMY_CLAIM } from './code-claims';
import { Guess, GuessCounter, keyOfUser } from './guess';
import { CodeClaim, TwoFactorRecord, StoredAttempt } from './two-factor-record.schema';

type Statement = Updates<TwoFactorRecord>[number];

/** How long a record outlives its window, with room for clock skew. */
const KEEP_MS = 5 * 60 * 1000;
const MOST_TRIES = 5;
/** When a client may ask again if that was not enough. */
const BUSY_MS = 1000;
const LONG_AGO = new Date(0);
const POSSIBLE: QueryFilter<TwoFactorRecord> = { expiresAt: { $gte: LONG_AGO } };
const IMPOSSIBLE: QueryFilter<TwoFactorRecord> = { expiresAt: { $lt: LONG_AGO } };

/**
 * The shared memory of second factors: used codes and counted attempts. Every change is one atomic statement with its
 * precondition in the filter, so it holds across parallel requests and processes (docs/adr/0003).
 */
@Injectable()
export class TwoFactorAttemptStore {
  private readonly claims: CodeClaims;
  /** By the keys of the records, as JSON: those of parallel requests of one client. */
  private readonly attempts = new SharedReads((keys) =>
    this.readAttempts(JSON.parse(keys) as string[]),
  );

  constructor(
    @InjectModel(TwoFactorRecord.name) private readonly records: Model<TwoFactorRecord>,
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {
    this.claims = new CodeClaims(config.codeReuse);
  }

  /**
   * Takes the attempt for a guess; callers must do so before they verify it. One round trip; if refused, two for each of
   * at most five tries, as room may come free between them, and one to give back what other counters took.
   * @returns undefined if the guess may be verified; otherwise when to ask again
   */
  async tryConsume(guess: Guess): Promise<Date | undefined> {
    let refused: number | undefined;
    let lockedUntil: Date | undefined;
    for (let tries = 0; tries < MOST_TRIES && lockedUntil === undefined; tries++) {
      refused = await this.tryToTake(guess);
      if (refused === undefined) return undefined;
      lockedUntil = await this.lockedUntil(guess);
    }
    const passed = guess.counters.slice(0, refused);
    if (passed.length > 0) await this.refund({ ...guess, counters: passed });
    return lockedUntil ?? new Date(guess.now.getTime() + BUSY_MS);
  }

  /**
   * Accepts a right code: claims it if it is a one-time code (a time step for this client, a stored code for this
   * request), and refunds the attempt. One round trip; a refusal takes two.
   * @returns false if the code is already used (RFC 6238 §5.2); the attempt stays taken then
   */
  async claim(guess: Guess, claim?: CodeClaim): Promise<boolean> {
    if (await this.claimAndRefund(guess, idsOf(guess), claim, POSSIBLE)) return true;
    await this.close(guess);
    return false;
  }

  /**
   * Rejects a wrong code by the same statements as `claim` runs for a used one, so that timing does not tell them
   * apart.
   */
  async claimNothing(guess: Guess): Promise<void> {
    await this.claimAndRefund(guess, [newId(), newId()], DUMMY_CLAIM, IMPOSSIBLE);
    await this.close(guess);
  }

  /** Refunds the attempt of a submission that was no guess. One round trip. */
  async refund(guess: Guess): Promise<void> {
    await this.run(guess.counters.map((counter) => refundStatement(counter, idsOf(guess))));
  }

  /** Counts a guess that was refunded too early. @returns as `tryConsume` */
  async consumeAgain(guess: Guess): Promise<Date | undefined> {
    return this.tryConsume({ ...guess, id: newId(), formerId: newId() });
  }

  /**
   * When the last full counter has room again; undefined if none is full or it has counted this guess. One read,
   * which parallel requests of one client share.
   */
  async lockedUntil(guess: Guess): Promise<Date | undefined> {
    const { askedAt, counters, now } = guess;
    const ids = idsOf(guess);
    const records = await this.attempts.get(JSON.stringify(counters.map(({ key }) => key)));
    const ends = counters.map(({ key, cap }) => {
      const { attempts = [] } = records.find(({ _id }) => _id === key) ?? {};
      const isCounted = attempts.some(
        ({ guess: id, closedAt }) =>
          ids.includes(id) && (closedAt === undefined || closedAt > askedAt),
      );
      return isCounted ? undefined : fullUntil(attempts, this.limitOf(cap), now);
    });
    return latest(ends);
  }

  private readAttempts(keys: string[]): Promise<Pick<TwoFactorRecord, '_id' | 'attempts'>[]> {
    // The driver's own call, as in UsersRepository: each code that is shown again costs one.
    return this.records.collection
      .find<Pick<TwoFactorRecord, '_id' | 'attempts'>>(
        { _id: { $in: keys } as never },
        { projection: { attempts: 1 } },
      )
      .toArray();
  }

  /** @returns how many counters took it before one refused; undefined if all did */
  private async tryToTake(guess: Guess): Promise<number | undefined> {
    const statements = guess.counters.flatMap((counter) => this.takeBy(counter, guess));
    const userKey = keyOfUser(guess.userId);
    // The claim that follows needs a record of the user.
    if (!guess.counters.some(({ key }) => key === userKey)) {
      const $max = { expiresAt: later(guess.now, KEEP_CLAIM_MS) };
      statements.push({ updateOne: { filter: { _id: userKey }, update: { $max }, upsert: true } });
    }
    const refused = await this.run(statements);
    return refused === undefined ? undefined : Math.floor(refused / 2);
  }

  /**
   * Two statements, because identical simultaneous guesses count once: the first counts a new guess while there is
   * room, the second fails unless the guess is counted.
   */
  private takeBy({ key, cap }: GuessCounter, guess: Guess): Statement[] {
    const { id, askedAt, now } = guess;
    const attempt = { guess: id, at: now };
    const atTheSameTime = {
      $elemMatch: { guess: { $in: idsOf(guess) }, closedAt: { $not: { $lte: askedAt } } },
    };
    const $max = { expiresAt: later(now, this.windowMs + KEEP_MS) };
    const isNew: QueryFilter<TwoFactorRecord> = {
      _id: key,
      attempts: { $not: atTheSameTime },
      ...hasRoom(this.limitOf(cap), now),
    };
    const push: UpdateQuery<TwoFactorRecord> = { $push: { attempts: asNewest(attempt, cap) } };
    return [
      { updateOne: { filter: isNew, update: push } },
      {
        updateOne: {
          filter: { _id: key, attempts: atTheSameTime },
          update: { $max, $setOnInsert: { attempts: [attempt] } },
          upsert: true,
        },
      },
    ];
  }

  /**
   * Ordered: attempts are refunded only if the claim succeeds. Engines that run a command as one transaction keep its
   * locks until the end. To avoid deadlocks every command locks the user's record last; here a no-op update locks the
   * others first.
   * @param refunded the ids of the guess to refund
   */
  private async claimAndRefund(
    { userId, counters, now }: Guess,
    refunded: string[],
    claim: CodeClaim | undefined,
    condition: QueryFilter<TwoFactorRecord>,
  ): Promise<boolean> {
    const userKey = keyOfUser(userId);
    const unclaimed = claim ? [this.claims.unclaimed(claim)] : [];
    const filter = { _id: userKey, $and: [...unclaimed, condition] };
    const update = {
      ...(claim && this.claims.claim(claim)),
      $max: { expiresAt: later(now, KEEP_CLAIM_MS) },
      $pull: { attempts: open(refunded) },
    };
    const others = counters.filter(({ key }) => key !== userKey);
    const refused = await this.run([
      ...others.map(({ key }) => ({
        updateOne: { filter: { _id: key }, update: { $max: { expiresAt: LONG_AGO } } },
      })),
      { updateOne: { filter, update, upsert: true } },
      ...others.map((counter) => refundStatement(counter, refunded)),
    ]);
    return refused === undefined;
  }

  /** The guess stays counted; an identical one that arrives later counts again. */
  private async close(guess: Guess): Promise<void> {
    const $set = { 'attempts.$.closedAt': this.clock.now() };
    await this.run(
      guess.counters.map(({ key }) => ({
        updateOne: {
          filter: { _id: key, attempts: { $elemMatch: open(idsOf(guess)) } },
          update: { $set },
        },
      })),
    );
  }

  private run(statements: Statement[]): Promise<number | undefined> {
    return updateInOrder(this.records, statements);
  }

  private limitOf(cap: number): RateLimit {
    return { max: cap, withinMs: this.windowMs };
  }

  private get windowMs(): number {
    return this.config.attemptWindowSeconds * 1000;
  }
}

function refundStatement({ key }: GuessCounter, ids: string[]): Statement {
  const $pull = { attempts: open(ids) };
  return { updateOne: { filter: { _id: key }, update: { $pull } } };
}

function open(ids: string[]): QueryFilter<StoredAttempt> {
  return { guess: { $in: ids }, closedAt: { $exists: false } };
}

function idsOf({ id, formerId }: Guess): string[] {
  return [id, formerId];
}

/** As long as a guess's id, and equal to none. */
function newId(): string {
  return randomBytes(32).toString('base64');
}
