import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { User } from './user.schema';

/** Changes what the workspace stores of a user's TOTP. Each change is one atomic statement with its precondition. */
@Injectable()
export class StoredTotpService {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

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
