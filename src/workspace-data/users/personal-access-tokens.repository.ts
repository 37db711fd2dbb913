import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { stillWorking } from './still-working';
import {
  isPersonalAccessToken,
  LOGIN_TOKENS,
  StoredPersonalAccessToken,
  StoredToken,
  storedTokens,
} from './stored-token';
import { User } from './user.schema';
import { TokenOwner } from './users.repository';

/** How many tokens, including logins, a user may hold and still add a personal access token (docs/adr/0016). */
export const MAX_TOKENS = 100;

export type TokenReplacement = Pick<
  StoredPersonalAccessToken,
  'hashedToken' | 'createdAt' | 'lastTokenPart'
>;

const TYPE = 'personalAccessToken';

/**
 * Each change is one atomic statement that demands that the caller's token still works: a caller who was logged out
 * cannot leave a token behind. Otherwise it returns false or undefined.
 */
@Injectable()
export class PersonalAccessTokensRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** False also when the name is taken, or the caller holds too many tokens. */
  async add(caller: TokenOwner, token: StoredPersonalAccessToken): Promise<boolean> {
    const hasName = { type: TYPE, name: token.name };
    const { matchedCount } = await this.users.updateOne(
      {
        ...stillWorking(caller),
        [LOGIN_TOKENS]: { $not: { $elemMatch: hasName } },
        [`${LOGIN_TOKENS}.${MAX_TOKENS - 1}`]: { $exists: false },
      },
      { $push: { [LOGIN_TOKENS]: token } },
    );
    return matchedCount === 1;
  }

  /** Returns the tokens of this name. The first was replaced; only other programs create more than one. */
  async replace(
    caller: TokenOwner,
    name: string,
    { hashedToken, createdAt, lastTokenPart }: TokenReplacement,
  ): Promise<StoredToken[] | undefined> {
    const before = await this.users
      .findOneAndUpdate(
        { ...stillWorking(caller), [LOGIN_TOKENS]: { $elemMatch: { type: TYPE, name } } },
        {
          $set: {
            [`${LOGIN_TOKENS}.$.hashedToken`]: hashedToken,
            [`${LOGIN_TOKENS}.$.createdAt`]: createdAt,
            [`${LOGIN_TOKENS}.$.lastTokenPart`]: lastTokenPart,
          },
        },
        { returnDocument: 'before' },
      )
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    return withName(before, name);
  }

  async remove(caller: TokenOwner, name: string): Promise<StoredToken[] | undefined> {
    const before = await this.users
      .findOneAndUpdate(
        { ...stillWorking(caller), [LOGIN_TOKENS]: { $elemMatch: { type: TYPE, name } } },
        { $pull: { [LOGIN_TOKENS]: { type: TYPE, name } } },
        { returnDocument: 'before' },
      )
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    return withName(before, name);
  }

  /** One read by `_id`. */
  async list(caller: TokenOwner): Promise<StoredPersonalAccessToken[] | undefined> {
    const user = await this.users
      .findOne(stillWorking(caller))
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    return user ? personalAccessTokens(user) : undefined;
  }
}

function personalAccessTokens({ services }: User): StoredPersonalAccessToken[] {
  return storedTokens(services?.resume?.loginTokens).filter(isPersonalAccessToken);
}

function withName(user: User | null, name: string): StoredToken[] | undefined {
  return user ? personalAccessTokens(user).filter((token) => token.name === name) : undefined;
}
