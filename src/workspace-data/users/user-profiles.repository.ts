import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { User } from './user.schema';
import { UserProfile } from './users.repository';

/** The public parts of several users at once. */
@Injectable()
export class UserProfilesRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** By user id; users who no longer exist are missing. One read by `_id`. */
  async find(ids: readonly string[]): Promise<Map<string, UserProfile>> {
    if (ids.length === 0) return new Map();
    const users = await this.users
      .find({ _id: { $in: [...ids] } })
      .select({ name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 })
      .lean<(UserProfile & { _id: string })[]>();
    return new Map(users.map(({ _id, ...profile }) => [_id, profile]));
  }
}
