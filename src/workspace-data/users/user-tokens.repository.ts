import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { LOGIN_TOKENS, revocableTokens, StoredToken } from './stored-token';
import { User } from './user.schema';
import { UserName, UserProfile } from './users.repository';

/** A user with all their tokens. Other programs write users: any other field may be missing. */
export interface TokenHolder extends UserProfile {
  id: string;
  active: boolean;
  /** All that a revocation would end. */
  tokens: StoredToken[];
}

@Injectable()
export class UserTokensRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** The user with exactly this name. One indexed read. */
  async find(name: UserName): Promise<TokenHolder | undefined> {
    const user = await this.users
      .findOne('userId' in name ? { _id: name.userId } : { username: name.username })
      .select({
        username: 1,
        name: 1,
        active: 1,
        avatarETag: 1,
        avatarOrigin: 1,
        [LOGIN_TOKENS]: 1,
      })
      .lean<User>();
    // BSON cannot hold a lone surrogate, so the driver may have queried another name than the client sent.
    const isNamedSo =
      'userId' in name ? user?._id === name.userId : user?.username === name.username;
    if (!user || !isNamedSo) return undefined;
    const { _id: id, active, services, ...profile } = user;
    return {
      id,
      ...profile,
      active: active === true,
      tokens: revocableTokens(services?.resume?.loginTokens),
    };
  }
}
