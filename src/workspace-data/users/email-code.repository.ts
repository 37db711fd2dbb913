import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.repository';
import { StoredEmailCode } from './stored-services';
import { User } from './user.schema';

/** How many tries one code allows; the last may still be right. */
export const MAX_TRIES = 5;
/** For how long, and how often, a replaced code does not count as a guess (docs/adr/0015). */
const REPLACED_MS = 60_000;
const MAX_SHOWN = 5;

/** A code to store: its bcrypt hash and the moment at which it expires. */
export type NewEmailCode = Required<Pick<StoredEmailCode, 'code' | 'expire'>>;

export interface LiveEmailCode extends NewEmailCode {
  isTriedOut: boolean;
}

export interface TakenTry {
  code: string;
  /** The code before it, replaced a moment ago: useless, but not a guess either. */
  replaced?: string;
}

/** `factor`: a second factor. `mailbox`: proof that a user reads their mail. */
export type EmailCodeUse = 'factor' | 'mailbox';

const CODE = 'services.emailCode';
/** Both need a verified address; a factor must also be enabled (contract §4). */
const MAY_USE: Record<EmailCodeUse, QueryFilter<User>> = {
  factor: { 'services.email2fa.enabled': true, ...HAS_VERIFIED_ADDRESS },
  mailbox: HAS_VERIFIED_ADDRESS,
};
/** Rocket.Chat does not always count. A count that is not a number matches neither condition: no tries are left. */
const UNDER_LIMIT = [
  { [`${CODE}.attempts`]: { $exists: false } },
  { [`${CODE}.attempts`]: { $lt: MAX_TRIES } },
];
const NOT_TRIED_OUT: QueryFilter<User> = { $or: UNDER_LIMIT };
const TRIED_OUT: QueryFilter<User> = { $nor: UNDER_LIMIT };

/** The stored code, if it is valid at `now`. Other programs wrote it: it may be anything. */
export function liveCode(stored: unknown, now: Date): LiveEmailCode | undefined {
  const { code, expire, attempts = 0 } = (stored ?? {}) as StoredEmailCode;
  if (typeof code !== 'string' || !(expire instanceof Date) || expire <= now) return undefined;
  const isTriedOut = !(typeof attempts === 'number' && attempts < MAX_TRIES);
  return { code, expire, isTriedOut };
}

/** The one current e-mail code of a user. Each change is one atomic statement; false when its precondition fails. */
@Injectable()
export class EmailCodeRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

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

  /** Keeps the old hash for a minute. Tries stay counted, unless none were left: then the new code starts at zero. */
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

  /** Removes a code that was not delivered; the code before it becomes current again. */
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

  /** Counts a try before the code is compared: parallel requests get no extra tries. Undefined when none is left. */
  async takeTry(id: string, use: EmailCodeUse, now: Date): Promise<TakenTry | undefined> {
    const user = await this.users
      .findOneAndUpdate(
        {
          _id: id,
          ...MAY_USE[use],
          ...NOT_TRIED_OUT,
          [`${CODE}.expire`]: { $gt: now },
          // Old versions of Rocket.Chat store a list of codes, which has no counter.
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

  /** Refunds a try, because the user entered the replaced code; `MAX_SHOWN` times at most. */
  async refundTry(id: string, { code, replaced }: TakenTry): Promise<boolean> {
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

function isFresh(stored: unknown, now: Date): stored is { code: string } {
  const { code, until } = (stored ?? {}) as NonNullable<StoredEmailCode['replaced']>;
  return typeof code === 'string' && until instanceof Date && now < until;
}
