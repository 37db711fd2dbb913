import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.service';
import { StoredEmailCode, User } from './user.schema';

/** How many codes may be tried in place of one that was sent; the last of them may still be right. */
export const MAX_TRIES = 5;

/** A code that counts at present. */
export type LiveEmailCode = Required<Pick<StoredEmailCode, 'code' | 'expire'>>;

const CODE = 'services.emailCode';
/** Whoever can use such codes as a factor: they have chosen them, and there is an address that is theirs (contract §4). */
const ENABLED: QueryFilter<User> = { 'services.email2fa.enabled': true, ...HAS_VERIFIED_ADDRESS };
/** Fewer tries than the limit. The original does not always count; what is no number is no count to rely on. */
const NOT_TRIED_OUT: QueryFilter<User> = {
  $or: [{ [`${CODE}.attempts`]: { $exists: false } }, { [`${CODE}.attempts`]: { $lt: MAX_TRIES } }],
};

/** The stored code, if it is one and counts at `now`. What is stored was written by other programs. */
export function liveCode(stored: unknown, now: Date): LiveEmailCode | undefined {
  const { code, expire } = (stored ?? {}) as StoredEmailCode;
  if (typeof code !== 'string' || !(expire instanceof Date) || expire <= now) return undefined;
  return { code, expire };
}

/**
 * The code that is out to a user by e-mail: there is one at a time. Each change is one atomic statement with its
 * precondition.
 */
@Injectable()
export class StoredEmailCodeService {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @returns false when another code counts already, or codes by e-mail are no factor of this user any more */
  async put(id: string, { code, expire }: LiveEmailCode, now: Date): Promise<boolean> {
    return this.update(
      { _id: id, active: true, ...ENABLED, [`${CODE}.expire`]: { $not: { $gt: now } } },
      { $set: { [CODE]: { code, expire, attempts: 0 } } },
    );
  }

  /**
   * Puts a code in place of another one. What was tried for that one stays counted.
   * @returns false when it is not stored any more, or was tried too often
   */
  async replace(id: string, before: LiveEmailCode, next: LiveEmailCode): Promise<boolean> {
    return this.update(
      { _id: id, active: true, ...ENABLED, [`${CODE}.code`]: before.code, ...NOT_TRIED_OUT },
      { $set: { [`${CODE}.code`]: next.code, [`${CODE}.expire`]: next.expire } },
    );
  }

  /**
   * Takes a code back that has not reached its user.
   * @param before the code that it replaced, which counts again
   */
  async takeBack(id: string, { code }: LiveEmailCode, before?: LiveEmailCode): Promise<void> {
    await this.update(
      { _id: id, [`${CODE}.code`]: code },
      before
        ? { $set: { [`${CODE}.code`]: before.code, [`${CODE}.expire`]: before.expire } }
        : { $unset: { [CODE]: 1 } },
    );
  }

  /**
   * Counts a try, before anybody knows whether it is right: so no number of parallel requests gets more of them.
   * @returns the stored hash that it may be compared with; undefined when no code counts, or it was tried too often
   */
  async takeTry(id: string, now: Date): Promise<string | undefined> {
    const user = await this.users
      .findOneAndUpdate(
        {
          _id: id,
          ...ENABLED,
          ...NOT_TRIED_OUT,
          [`${CODE}.expire`]: { $gt: now },
          // Old versions of the original store a list of codes; nothing can be counted in it.
          [`${CODE}.0`]: { $exists: false },
        },
        { $inc: { [`${CODE}.attempts`]: 1 } },
      )
      .select({ [`${CODE}.code`]: 1 })
      .lean<User>();
    return user?.services?.emailCode?.code;
  }

  /**
   * Uses a code up.
   * @param hash as it is stored
   * @returns false when it is there no more, or codes by e-mail are no factor of this user any more
   */
  async spend(id: string, hash: string): Promise<boolean> {
    return this.update({ _id: id, ...ENABLED, [`${CODE}.code`]: hash }, { $unset: { [CODE]: 1 } });
  }

  private async update(filter: QueryFilter<User>, change: object): Promise<boolean> {
    return (await this.users.updateOne(filter, change)).matchedCount === 1;
  }
}
