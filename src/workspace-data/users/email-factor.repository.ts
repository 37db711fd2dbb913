import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.repository';
import { changeFactor } from './change-factor';
import { StoredToken } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/** A code of before the change counts for nothing after it. */
const FORGET_CODE = { $unset: { 'services.emailCode': 1 } } as const;

/** Changes whether codes by e-mail are a second factor of a user. */
@Injectable()
export class EmailFactorRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Makes codes by e-mail count, and ends all logins but the one that asks.
   * @returns the login tokens that have gone, or undefined when nothing has changed, because they count
   * already, none of the user's addresses is verified, or the caller has been logged out
   */
  async enable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': { $ne: true }, ...HAS_VERIFIED_ADDRESS },
      { $set: { 'services.email2fa': { enabled: true, changedAt } }, ...FORGET_CODE },
    );
  }

  /**
   * Makes them count no more, and ends all logins but the one that asks.
   * @returns as `enable`; undefined when they do not count any more, or the caller has been logged out
   */
  async disable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': true },
      { $set: { 'services.email2fa': { enabled: false, changedAt } }, ...FORGET_CODE },
    );
  }
}
