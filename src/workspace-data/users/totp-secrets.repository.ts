import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stringArray } from '../../common/validation/string-array';
import { User } from './user.schema';

const FIELDS = ['secret', 'tempSecret'] as const;
const BATCH = 500;

/** A stored TOTP secret: the current one, or that of an unfinished enrolment. */
export interface StoredSecret {
  field: (typeof FIELDS)[number];
  stored: string;
}

export interface RewrittenSecret extends StoredSecret {
  replacement: string;
}

export interface StoredOfUser {
  id: string;
  secrets: StoredSecret[];
  hashedBackup: string[];
}

/** The TOTP secrets of all users, for maintenance. */
@Injectable()
export class TotpSecretsRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** In the order of `_id`, and unfiltered: with a filter that matches few users, one batch could take too long. */
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
        // Other programs wrote this; an empty string is no secret.
        const stored: unknown = services?.totp?.[field];
        return typeof stored === 'string' && stored !== '' ? [{ field, stored }] : [];
      });
      yield { id, secrets, hashedBackup: stringArray(services?.totp?.hashedBackup) };
    }
  }

  /** Replaces secrets of one user, all or none, in one atomic statement. False when one of them has changed. */
  async rewrite(id: string, changes: RewrittenSecret[]): Promise<boolean> {
    const before: Record<string, string> = {};
    const after: Record<string, string> = {};
    for (const { field, stored, replacement } of changes) {
      before[`services.totp.${field}`] = stored;
      after[`services.totp.${field}`] = replacement;
    }
    const { matchedCount } = await this.users.updateOne({ _id: id, ...before }, { $set: after });
    return matchedCount === 1;
  }
}
