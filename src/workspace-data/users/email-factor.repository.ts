import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { HAS_VERIFIED_ADDRESS } from './accounts.repository';
import { changeFactor } from './change-factor';
import { StoredToken } from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

const FORGET_CODE = { $unset: { 'services.emailCode': 1 } } as const;

/** Each change ends all other logins and returns their tokens, or undefined when its precondition does not hold. */
@Injectable()
export class EmailFactorRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  async enable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': { $ne: true }, ...HAS_VERIFIED_ADDRESS },
      { $set: { 'services.email2fa': { enabled: true, changedAt } }, ...FORGET_CODE },
    );
  }

  async disable(caller: TokenOwner, changedAt: Date): Promise<StoredToken[] | undefined> {
    return changeFactor(
      this.users,
      caller,
      { 'services.email2fa.enabled': true },
      { $set: { 'services.email2fa': { enabled: false, changedAt } }, ...FORGET_CODE },
    );
  }
}
