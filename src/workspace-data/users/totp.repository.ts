import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { changeFactor } from './change-factor';
import { stillWorking } from './still-working';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/** A user's TOTP. Each change is one atomic statement with its precondition. */
@Injectable()
export class TotpRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Stores a secret that is not enabled yet, in place of an earlier one. Only the caller's token can enable it, until
   * `expire`.
   * @returns the caller's username; undefined when TOTP is already enabled or the caller was logged out
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
   * Enables the temporary secret and ends all other logins.
   * @returns the removed login tokens; undefined when nothing changed: TOTP is already enabled, the caller's token no
   * longer has this temporary secret, or the caller was logged out
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
   * Deletes the secret and backup codes and ends all other logins. Returns as `enable`; undefined unless TOTP is
   * enabled with this secret.
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
   * Deletes a user's TOTP, also an unfinished enrolment, and revokes all their tokens, including personal access
   * tokens, because an attacker may have created any of them.
   * @param caller when they reset their own TOTP, their token must still work; for other users that was checked before,
   * because no statement reads two users
   * @returns the removed tokens; undefined when there was nothing to reset
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
   * Replaces the backup codes.
   * @param left the stored hashes to replace
   * @returns false when these have changed, TOTP is not enabled with this secret, or the caller was logged out
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
        // Mongoose would turn a bare array into `$in`, and then one matching hash would suffice.
        'services.totp.hashedBackup': { $eq: left ?? null },
      },
      { $set: { 'services.totp.hashedBackup': hashedBackup } },
    );
    return matchedCount === 1;
  }

  /** Uses up a backup code, given its stored hash. False when it is gone, or TOTP is no longer enabled. */
  async spendBackupCode(id: string, hash: string): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, 'services.totp.enabled': true, 'services.totp.hashedBackup': hash },
      { $pull: { 'services.totp.hashedBackup': hash } },
    );
    return matchedCount === 1;
  }
}
