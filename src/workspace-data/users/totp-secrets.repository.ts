import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { User } from './user.schema';

const FIELDS = ['secret', 'tempSecret'] as const;
const BATCH = 500;

/** A TOTP secret as it is stored: the one that counts, or the one that is being enrolled. */
export interface StoredSecret {
  field: (typeof FIELDS)[number];
  stored: string;
}

export interface RewrittenSecret extends StoredSecret {
  /** What is to be stored in its place. */
  anew: string;
}

/** What one user has. */
export interface StoredOfUser {
  id: string;
  secrets: StoredSecret[];
  hashedBackup: string[];
}

/** Everybody's secrets, for maintenance. */
@Injectable()
export class TotpSecretsRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * All users, one after the other, with the secrets and the hashes of backup codes that they have. A scan in the order of `_id`, the one index that
   * every collection has. Unfiltered: the answer to a filter that matches few could keep us waiting for long.
   */
  async *all(): AsyncGenerator<StoredOfUser> {
    const users = this.users
      .find()
      .sort({ _id: 1 })
      .select({
        'services.totp.secret': 1,
        'services.totp.tempSecret': 1,
        'services.totp.hashedBackup': 1,
      })
      .lean<User[]>()
      .cursor({ batchSize: BATCH });
    for await (const { _id: id, services } of users) {
      const secrets = FIELDS.flatMap((field) => {
        // What is stored was written by other programs; an empty text is no secret.
        const stored: unknown = services?.totp?.[field];
        return typeof stored === 'string' && stored !== '' ? [{ field, stored }] : [];
      });
      yield { id, secrets, hashedBackup: stringArray(services?.totp?.hashedBackup) };
    }
  }

  /**
   * Writes secrets of one user anew, all or none, in one atomic statement.
   * @returns false when one of them is not stored like that any more; nothing has changed then
   */
  async rewrite(id: string, changes: RewrittenSecret[]): Promise<boolean> {
    const before: Record<string, string> = {};
    const after: Record<string, string> = {};
    for (const { field, stored, anew } of changes) {
      before[`services.totp.${field}`] = stored;
      after[`services.totp.${field}`] = anew;
    }
    const { matchedCount } = await this.users.updateOne({ _id: id, ...before }, { $set: after });
    return matchedCount === 1;
  }
}
