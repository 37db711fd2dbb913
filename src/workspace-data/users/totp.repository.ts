import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { changeFactor } from './change-factor';
import { stillWorking } from './still-working';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/**
 * A user's TOTP. Each change is one atomic statement with its precondition; when that does not hold, or the caller was
 * logged out, nothing changes and the method returns undefined or false.
 */
@Injectable()
export class TotpRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** Stores a secret that only the caller's token can enable, until `expire`. Returns the caller's username. */
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

  /** Ends all other logins and returns their tokens, as `disable` does. */
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

  async disable(caller: TokenOwner, secret: string): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.totp.enabled': true, 'services.totp.secret': secret },
      { $set: { 'services.totp': { enabled: false } } },
    );
  }

  /**
   * Also ends an unfinished enrolment, and revokes all tokens, personal access tokens included: an attacker may have
   * created any of them. No statement reads two users, so whether an administrator may do it was checked before.
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
        // Mongoose would turn a bare array into `$in`, and then one matching hash would suffice.
        'services.totp.hashedBackup': { $eq: left ?? null },
      },
      { $set: { 'services.totp.hashedBackup': hashedBackup } },
    );
    return matchedCount === 1;
  }

  /** @param hash the stored hash of the code */
  async spendBackupCode(id: string, hash: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, 'services.totp.enabled': true, 'services.totp.hashedBackup': hash },
      { $pull: { 'services.totp.hashedBackup': hash } },
    );
    return matchedCount === 1;
  }
}
