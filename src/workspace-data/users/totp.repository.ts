import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { changeFactor } from './change-factor';
import { stillWorking } from './still-working';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/** Changes what the workspace stores of a user's TOTP. Each change is one atomic statement with its precondition. */
@Injectable()
export class TotpRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Puts a secret beside the user that counts for nothing yet; one from before is forgotten. It belongs to the token that
   * asks for it.
   * @param expire when it can be enabled no more
   * @returns who it is for, or undefined when TOTP is enabled already, or the caller has been logged out
   */
  async begin(
    caller: TokenOwner,
    tempSecret: string,
    expire: Date,
  ): Promise<Pick<User, 'username'> | undefined> {
    const begun = {
      enabled: false,
      tempSecret,
      tempToken: caller.token.hashedToken,
      tempExpire: expire,
    };
    const user = await this.users
      .findOneAndUpdate(
        { ...stillWorking(caller), 'services.totp.enabled': { $ne: true } },
        { $set: { 'services.totp': begun } },
      )
      .select({ username: 1 })
      .lean<User>();
    return user ?? undefined;
  }

  /**
   * Makes the temporary secret count, and ends all logins but the one that asks.
   * @returns the login tokens that have gone, or undefined when nothing has changed, because TOTP is
   * enabled already, this is not the temporary secret of the caller's token any more, or they have been logged out
   */
  async enable(
    caller: TokenOwner,
    tempSecret: string,
    hashedBackup: string[],
    now: Date,
  ): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      {
        'services.totp.enabled': { $ne: true },
        'services.totp.tempSecret': tempSecret,
        'services.totp.tempToken': caller.token.hashedToken,
        'services.totp.tempExpire': { $gt: now },
      },
      { $set: { 'services.totp': { enabled: true, secret: tempSecret, hashedBackup } } },
    );
  }

  /**
   * Forgets the user's secret and backup codes, and ends all logins but the one that asks.
   * @returns as `enable`; undefined when TOTP is not enabled with this secret any more, or the caller has been logged out
   */
  async disable(caller: TokenOwner, secret: string): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.totp.enabled': true, 'services.totp.secret': secret },
      { $set: { 'services.totp': { enabled: false } } },
    );
  }

  /**
   * Forgets a user's TOTP, also one that is being enrolled, and ends all of their tokens, personal access tokens as well:
   * who made which is what nobody knows any more.
   * @param caller who asks. For their own, their token must still work; for others, that was judged before: no statement
   * reads two users
   * @returns the tokens that have gone, or undefined when there was nothing to reset
   */
  async reset(id: string, caller: TokenOwner): Promise<StoredToken[] | undefined> {
    const user = await this.users
      .findOneAndUpdate(
        {
          ...(caller.id === id ? stillWorking(caller) : { _id: id }),
          $or: [
            { 'services.totp.enabled': true },
            { 'services.totp.tempSecret': { $exists: true } },
          ],
        },
        { $unset: { 'services.totp': 1 }, $set: { [LOGIN_TOKENS]: [] } },
        { returnDocument: 'before' },
      )
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    return user ? storedTokens(user.services?.resume?.loginTokens) : undefined;
  }

  /**
   * Puts new backup codes in place of those that are left.
   * @param left the stored hashes that the new ones replace
   * @returns false when others are stored meanwhile, TOTP is not enabled with this secret any more, or the caller has been
   * logged out
   */
  async replaceBackupCodes(
    caller: TokenOwner,
    secret: string,
    left: string[] | undefined,
    hashedBackup: string[],
  ): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      {
        ...stillWorking(caller),
        'services.totp.enabled': true,
        'services.totp.secret': secret,
        // Mongoose makes `$in` of a bare array, and then one of the hashes would be enough.
        'services.totp.hashedBackup': { $eq: left ?? null },
      },
      { $set: { 'services.totp.hashedBackup': hashedBackup } },
    );
    return matchedCount === 1;
  }

  /**
   * Uses up a backup code.
   * @param hash the stored hash of the code
   * @returns false when it is there no more, or TOTP is not enabled any more
   */
  async spendBackupCode(id: string, hash: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, 'services.totp.enabled': true, 'services.totp.hashedBackup': hash },
      { $pull: { 'services.totp.hashedBackup': hash } },
    );
    return matchedCount === 1;
  }
}
