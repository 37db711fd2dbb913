import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.repository';
import { changeFactor } from './change-factor';
import { StoredToken } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/** A code from before the change is void after it. */
const FORGET_CODE = { $unset: { 'services.emailCode': 1 } } as const;

/** Enables and disables e-mail codes as a second factor. */
@Injectable()
export class EmailFactorRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Enables e-mail codes and ends all other logins.
   * @returns the removed login tokens; undefined when nothing changed: already enabled, no verified address, or the
   * caller was logged out
   */
  async enable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': { $ne: true }, ...HAS_VERIFIED_ADDRESS },
      { $set: { 'services.email2fa': { enabled: true, changedAt } }, ...FORGET_CODE },
    );
  }

  /** Disables e-mail codes and ends all other logins. Returns as `enable`. */
  async disable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': true },
      { $set: { 'services.email2fa': { enabled: false, changedAt } }, ...FORGET_CODE },
    );
  }
}
