import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { Clock } from '../../common/clock/clock';
import { later } from '../../common/clock/later';
import { TwoFactorConfig } from '../../config/two-factor.config';
import { updateInOrder, Updates } from '../../database/ordered-updates';
import { asNewest, fullUntil, hasRoom, latest, RateLimit } from '../../database/sliding-window';
import { CodeClaims, KEEP_CLAIM_MS, NOBODYS_CLAIM } from './code-claims';
import { Guess, GuessCounter, keyOfUser } from './guess';
import { CodeClaim, TwoFactorRecord, StoredAttempt } from './two-factor-record.schema';

type Statement = Updates<TwoFactorRecord>[number];

/** How long a record outlives its window, with room for clocks that differ. */
const KEEP_MS = 5 * 60 * 1000;
/** How often it is tried anew when a parallel request has come between. */
const MOST_TRIES = 5;
/** After what time, in milliseconds, to ask again where that was not enough. */
const BUSY_MS = 1000;
/** Before any record expires. */
const LONG_AGO = new Date(0);
const POSSIBLE: QueryFilter<TwoFactorRecord> = { expiresAt: { $gte: LONG_AGO } };
const IMPOSSIBLE: QueryFilter<TwoFactorRecord> = { expiresAt: { $lt: LONG_AGO } };

/**
 * The shared memory of the second factor: which code is used up, and how many were tried. Every change is an atomic
 * statement with its precondition in the filter, so it holds across parallel requests and processes (docs/adr/0003).
 */
@Injectable()
export class TwoFactorAttemptStore {
  private readonly claims: CodeClaims;

  constructor(
    @InjectModel(TwoFactorRecord.name) private readonly records: Model<TwoFactorRecord>,
    private readonly clock: Clock,
    private readonly config: TwoFactorConfig,
  ) {
    this.claims = new CodeClaims(config.codeReuse);
  }

  /**
   * Takes the attempt for a guess, which must be done before it is judged. One round trip as a rule; a refusal takes two
   * or three.
   * @returns undefined when it may be judged; else when to ask again, and then nobody may judge it
   */
  async tryConsume(guess: Guess): Promise<Date | undefined> {
    let refused: number | undefined;
    let lockedUntil: Date | undefined;
    for (let tries = 0; tries < MOST_TRIES && lockedUntil === undefined; tries++) {
      refused = await this.tryToTake(guess);
      if (refused === undefined) return undefined;
      // A parallel request may have made the record, or given the same attempt back, a moment ago.
      lockedUntil = await this.lockedUntil(guess);
    }
    const passed = guess.counters.slice(0, refused);
    if (passed.length > 0) await this.refund({ ...guess, counters: passed });
    return lockedUntil ?? new Date(guess.now.getTime() + BUSY_MS);
  }

  /**
   * Lets a right code count: claims it, if it is a one-time code (a time step for this client, a stored code for this
   * very request), and gives its attempt back. One round trip; a refusal takes two.
   * @returns false when the code is used up (RFC 6238 §5.2); then the attempt stays taken
   */
  async claim(guess: Guess, claim?: CodeClaim): Promise<boolean> {
    if (await this.claimAndRefund(guess, idsOf(guess), claim, POSSIBLE)) return true;
    await this.close(guess);
    return false;
  }

  /**
   * For a wrong code what `claim` does for one that is used up: the same statements of the same size, so that no clock
   * tells the one from the other. The attempt stays taken.
   */
  async claimNothing(guess: Guess): Promise<void> {
    await this.claimAndRefund(guess, [newId(), newId()], NOBODYS_CLAIM, IMPOSSIBLE);
    await this.close(guess);
  }

  /** Takes back the attempt of what has turned out to be no guess. One round trip. */
  async refund(guess: Guess): Promise<void> {
    await this.run(guess.counters.map((counter) => refundStatement(counter, idsOf(guess))));
  }

  /** Counts a guess that was given back too early. @returns as `tryConsume` */
  async consumeAgain(guess: Guess): Promise<Date | undefined> {
    return this.tryConsume({ ...guess, id: newId(), formerId: newId() });
  }

  /** @returns how many counters had taken it when the next refused; undefined when all have */
  private async tryToTake(guess: Guess): Promise<number | undefined> {
    const statements = guess.counters.flatMap((counter) => this.takeBy(counter, guess));
    const userKey = keyOfUser(guess.userId);
    // The claim that follows relies on a record of the user.
    if (!guess.counters.some(({ key }) => key === userKey)) {
      const $max = { expiresAt: later(guess.now, KEEP_CLAIM_MS) };
      statements.push({ updateOne: { filter: { _id: userKey }, update: { $max }, upsert: true } });
    }
    const refused = await this.run(statements);
    return refused === undefined ? undefined : Math.floor(refused / 2);
  }

  /**
   * Two statements, for the same guess at the same time is counted once: the first counts it where it is new and there is
   * room, the second is refused where it is not among those that count.
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

  /** When the last of the full counters has room again; undefined when none is full, or this guess is counted by it. */
  private async lockedUntil(guess: Guess): Promise<Date | undefined> {
    const { askedAt, counters, now } = guess;
    const ids = idsOf(guess);
    const records = await this.records
      .find({ _id: { $in: counters.map(({ key }) => key) } })
      .select({ attempts: 1 })
      .lean();
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

  /**
   * Ordered: only when the claim goes through are the attempts given back. Engines that run a command as one transaction
   * lock the records until its end; so every command here comes to the user's record last, this one by changing nothing
   * in the others first.
   * @param givenBack the ids of the guess to be given back
   */
  private async claimAndRefund(
    { userId, counters, now }: Guess,
    givenBack: string[],
    claim: CodeClaim | undefined,
    condition: QueryFilter<TwoFactorRecord>,
  ): Promise<boolean> {
    const userKey = keyOfUser(userId);
    const unclaimed = claim ? [this.claims.unclaimed(claim)] : [];
    const filter = { _id: userKey, $and: [...unclaimed, condition] };
    const update = {
      ...(claim && this.claims.claim(claim)),
      $max: { expiresAt: later(now, KEEP_CLAIM_MS) },
      $pull: { attempts: open(givenBack) },
    };
    const others = counters.filter(({ key }) => key !== userKey);
    const refused = await this.run([
      ...others.map(({ key }) => ({
        updateOne: { filter: { _id: key }, update: { $max: { expiresAt: LONG_AGO } } },
      })),
      { updateOne: { filter, update, upsert: true } },
      ...others.map((counter) => refundStatement(counter, givenBack)),
    ]);
    return refused === undefined;
  }

  /** The guess has been judged and stays counted; whoever comes with the same one from now on is counted anew. */
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

/** The attempt for this guess that is being judged; there is one at most. */
function open(ids: string[]): QueryFilter<StoredAttempt> {
  return { guess: { $in: ids }, closedAt: { $exists: false } };
}

function idsOf({ id, formerId }: Guess): string[] {
  return [id, formerId];
}

/** As long as the id of a guess, and the id of none. */
function newId(): string {
  return randomBytes(32).toString('base64');
}
