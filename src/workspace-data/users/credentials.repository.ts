import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, QueryFilter } from 'mongoose';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { StoredServices } from './stored-services';
import { NewUserDocument } from './user-document';
import { User } from './user.schema';

/** Users by id. `unseenTokens`: when seeding issued tokens that were never shown, and so are no credentials. */
export interface CredentialQuery {
  ids: readonly string[];
  unseenTokens: readonly Date[];
}

/** Creates accounts and replaces or removes credentials, for the commands that set up a workspace. */
@Injectable()
export class CredentialsRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** @throws mongo.MongoServerError when the id, the username or the address is taken */
  async create(user: NewUserDocument): Promise<void> {
    await this.users.collection.insertOne(user as never);
  }

  async findTokens(id: string): Promise<StoredToken[] | undefined> {
    const user = await this.users
      .findOne({ _id: id })
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    if (!user) return undefined;
    return storedTokens(user.services?.resume?.loginTokens);
  }

  /** Activates a user, grants a role, and replaces tokens, password and TOTP, in one atomic statement. */
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

  /** The ids of the users with a credential. */
  async findHolders(query: CredentialQuery): Promise<string[]> {
    return this.findIds(withCredentials(query));
  }

  async removeFrom(query: CredentialQuery): Promise<void> {
    await this.users.updateMany(withCredentials(query), { $unset: { services: '' } });
  }

  /** The ids of the users without any credential. */
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
