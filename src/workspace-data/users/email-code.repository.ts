import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.repository';
import { StoredEmailCode } from './stored-services';
import { User } from './user.schema';

/** How many codes may be tried in place of one that was sent; the last of them may still be right. */
export const MAX_TRIES = 5;
/** For how long, and how often, a code that has been replaced is told from a guess (docs/adr/0015). */
const REPLACED_MS = 60_000;
const MAX_SHOWN = 5;

/** A code as it is to be stored: its bcrypt hash, and the first moment at which it counts no more. */
export type NewEmailCode = Required<Pick<StoredEmailCode, 'code' | 'expire'>>;

/** A code that counts at present. */
export interface LiveEmailCode extends NewEmailCode {
  /** No further try is judged: it lets nobody in any more. */
  isTriedOut: boolean;
}

/** What one try may be compared with. */
export interface TakenTry {
  /** The hash of the code that counts. */
  code: string;
  /** That of the code which it replaced a moment ago: it lets nobody in, but is no guess either. */
  replaced?: string;
}

/** What a code is for: a second factor of whoever has chosen such codes, or a sign that somebody reads their mail. */
export type EmailCodeUse = 'factor' | 'mailbox';

const CODE = 'services.emailCode';
/** Who can use a code: there is an address that is theirs, and for a factor they have chosen such codes (contract §4). */
const MAY_USE: Record<EmailCodeUse, QueryFilter<User>> = {
  factor: { 'services.email2fa.enabled': true, ...HAS_VERIFIED_ADDRESS },
  mailbox: HAS_VERIFIED_ADDRESS,
};
/** Fewer tries than the limit. The original does not always count; what is no number is no count to rely on. */
const UNDER_LIMIT = [
  { [`${CODE}.attempts`]: { $exists: false } },
  { [`${CODE}.attempts`]: { $lt: MAX_TRIES } },
];
const NOT_TRIED_OUT: QueryFilter<User> = { $or: UNDER_LIMIT };
const TRIED_OUT: QueryFilter<User> = { $nor: UNDER_LIMIT };

/** The stored code, if it is one and counts at `now`. What is stored was written by other programs. */
export function liveCode(stored: unknown, now: Date): LiveEmailCode | undefined {
  const { code, expire, attempts = 0 } = (stored ?? {}) as StoredEmailCode;
  if (typeof code !== 'string' || !(expire instanceof Date) || expire <= now) return undefined;
  const isTriedOut = !(typeof attempts === 'number' && attempts < MAX_TRIES);
  return { code, expire, isTriedOut };
}

/**
 * The code that is out to a user by e-mail: there is one at a time. Each change is one atomic statement with its
 * precondition.
 */
@Injectable()
export class EmailCodeRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @returns false when another code counts already, or the user may not use one for this any more */
  async put(
    id: string,
    { code, expire }: NewEmailCode,
    use: EmailCodeUse,
    now: Date,
  ): Promise<boolean> {
    return this.update(
      { _id: id, active: true, ...MAY_USE[use], [`${CODE}.expire`]: { $not: { $gt: now } } },
      { $set: { [CODE]: { code, expire, attempts: 0 } } },
    );
  }

  /**
   * Puts a code in place of another one, whose hash is kept for a minute. What was tried for that one stays counted,
   * unless nothing more could be tried: then the new one has tries of its own.
   * @returns false when that one is not stored any more, or has been tried out since it was read
   */
  async replace(
    id: string,
    before: LiveEmailCode,
    next: NewEmailCode,
    use: EmailCodeUse,
    now: Date,
  ): Promise<boolean> {
    const until = new Date(now.getTime() + REPLACED_MS);
    const tries = before.isTriedOut ? TRIED_OUT : NOT_TRIED_OUT;
    return this.update(
      { _id: id, active: true, ...MAY_USE[use], [`${CODE}.code`]: before.code, ...tries },
      {
        $set: {
          [`${CODE}.code`]: next.code,
          [`${CODE}.expire`]: next.expire,
          [`${CODE}.replaced`]: { code: before.code, until, shown: 0 },
          ...(before.isTriedOut && { [`${CODE}.attempts`]: 0 }),
        },
      },
    );
  }

  /**
   * Takes a code back that has not reached its user.
   * @param before the code that it replaced, which counts again; one that was tried out stays so
   */
  async takeBack(id: string, { code }: NewEmailCode, before?: LiveEmailCode): Promise<void> {
    await this.update(
      { _id: id, [`${CODE}.code`]: code },
      before
        ? {
            $set: {
              [`${CODE}.code`]: before.code,
              [`${CODE}.expire`]: before.expire,
              ...(before.isTriedOut && { [`${CODE}.attempts`]: MAX_TRIES }),
            },
            $unset: { [`${CODE}.replaced`]: 1 },
          }
        : { $unset: { [CODE]: 1 } },
    );
  }

  /**
   * Counts a try, before anybody knows whether it is right: so no number of parallel requests gets more of them.
   * @returns undefined when no code counts, or it was tried too often
   */
  async takeTry(id: string, use: EmailCodeUse, now: Date): Promise<TakenTry | undefined> {
    const user = await this.users
      .findOneAndUpdate(
        {
          _id: id,
          ...MAY_USE[use],
          ...NOT_TRIED_OUT,
          [`${CODE}.expire`]: { $gt: now },
          // Old versions of the original store a list of codes; nothing can be counted in it.
          [`${CODE}.0`]: { $exists: false },
        },
        { $inc: { [`${CODE}.attempts`]: 1 } },
      )
      .select({ [`${CODE}.code`]: 1, [`${CODE}.replaced`]: 1 })
      .lean<User>();
    const { code, replaced } = user?.services?.emailCode ?? {};
    if (code === undefined) return undefined;
    return isFresh(replaced, now) ? { code, replaced: replaced.code } : { code };
  }

  /**
   * Gives a try back: what was shown is the code that was replaced a moment ago, so it was no guess.
   * @param taken the try, of a code that still counts
   * @returns false when it stays counted, because that code has been shown too often, or another one counts by now
   */
  async giveBackTry(id: string, { code, replaced }: TakenTry): Promise<boolean> {
    return this.update(
      {
        _id: id,
        [`${CODE}.code`]: code,
        [`${CODE}.attempts`]: { $gt: 0 },
        [`${CODE}.replaced.code`]: replaced ?? null,
        [`${CODE}.replaced.shown`]: { $lt: MAX_SHOWN },
      },
      { $inc: { [`${CODE}.attempts`]: -1, [`${CODE}.replaced.shown`]: 1 } },
    );
  }

  /**
   * Uses a code up.
   * @param hash as it is stored
   * @returns false when it is there no more, or the user may not use one for this any more
   */
  async spend(id: string, hash: string, use: EmailCodeUse): Promise<boolean> {
    return this.update(
      { _id: id, ...MAY_USE[use], [`${CODE}.code`]: hash },
      { $unset: { [CODE]: 1 } },
    );
  }

  private async update(filter: QueryFilter<User>, change: object): Promise<boolean> {
    return (await this.users.updateOne(filter, change)).matchedCount === 1;
  }
}

/** Whether a code was replaced within the last minute. */
function isFresh(stored: unknown, now: Date): stored is { code: string } {
  const { code, until } = (stored ?? {}) as NonNullable<StoredEmailCode['replaced']>;
  return typeof code === 'string' && until instanceof Date && now < until;
}
