import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { StoredServices } from './stored-services';
import { NewUserDocument } from './user-document';
import { User } from './user.schema';

/** Users by their ids, and the times of login tokens that are no credential: nobody has ever seen those tokens. */
export interface CredentialQuery {
  ids: readonly string[];
  unseenTokens: readonly Date[];
}

/** Creates accounts, and gives and takes credentials, for the commands that set a workspace up. */
@Injectable()
export class CredentialsRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @throws mongo.MongoServerError when the id, the username or the address is taken */
  async create(user: NewUserDocument): Promise<void> {
    await this.users.collection.insertOne(user as never);
  }

  /** All tokens of a user; undefined when there is no such user. */
  async findTokens(id: string): Promise<StoredToken[] | undefined> {
    const user = await this.users
      .findOne({ _id: id })
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    if (!user) return undefined;
    return storedTokens(user.services?.resume?.loginTokens);
  }

  /** Activates a user, gives them a role, and replaces tokens, password and TOTP. One atomic statement. */
  async renew(
    id: string,
    role: string,
    tokens: readonly StoredToken[],
    { password, totp }: Pick<StoredServices, 'password' | 'totp'>,
  ): Promise<void> {
    await this.users.collection.updateOne({ _id: id } as never, {
      $set: {
        active: true,
        [LOGIN_TOKENS]: tokens,
        'services.password': password,
        'services.totp': totp,
      },
      $addToSet: { roles: role },
    });
  }

  /** The ids of those who have a credential. */
  async findHolders(query: CredentialQuery): Promise<string[]> {
    return this.findIds(withCredentials(query));
  }

  /** Takes all credentials away from those who have one. */
  async removeFrom(query: CredentialQuery): Promise<void> {
    await this.users.updateMany(withCredentials(query), { $unset: { services: '' } });
  }

  /** The ids of those who have no credentials at all. */
  async findWithout(ids: readonly string[]): Promise<string[]> {
    return this.findIds({ _id: { $in: [...ids] }, services: { $exists: false } });
  }

  private async findIds(filter: QueryFilter<User>): Promise<string[]> {
    const found = await this.users.find(filter).select({ _id: 1 }).lean<Pick<User, '_id'>[]>();
    return found.map(({ _id }) => _id);
  }
}

function withCredentials({ ids, unseenTokens }: CredentialQuery): QueryFilter<User> {
  return {
    _id: { $in: [...ids] },
    $or: [
      ...['password', 'totp', 'email2fa', 'emailCode'].map((name) => ({
        [`services.${name}`]: { $exists: true },
      })),
      { [LOGIN_TOKENS]: { $elemMatch: { when: { $nin: [...unseenTokens] } } } },
    ],
  };
}
