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

/** How many tokens a user may hold before no more personal access tokens are added: logins count (docs/adr/0016). */
export const MAX_TOKENS = 100;

/** What is new about a token that takes the place of another. */
export type TokenReplacement = Pick<
  StoredPersonalAccessToken,
  'hashedToken' | 'createdAt' | 'lastTokenPart'
>;

const TYPE = 'personalAccessToken';

/**
 * The personal access tokens of whoever asks. Each change is one atomic statement, which demands that the caller is
 * active and that the token they ask with still works: nobody leaves a token behind after they have been logged out.
 */
@Injectable()
export class PersonalAccessTokensRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * Stores a token.
   * @returns false when nothing was stored, because the caller's own works no more, because they have one with this
   * name, or because they have too many
   */
  async add(caller: TokenOwner, token: StoredPersonalAccessToken): Promise<boolean> {
    const isNamedSo = { type: TYPE, name: token.name };
    const { matchedCount } = await this.users.updateOne(
      {
        ...stillWorking(caller),
        [LOGIN_TOKENS]: { $not: { $elemMatch: isNamedSo } },
        [`${LOGIN_TOKENS}.${MAX_TOKENS - 1}`]: { $exists: false },
      },
      { $push: { [LOGIN_TOKENS]: token } },
    );
    return matchedCount === 1;
  }

  /**
   * Puts a new token in the place of the one with this name.
   * @returns the tokens that had the name: the first has stopped working, and more than one there is only
   * where another program has made them. Undefined when nothing has changed, because there is none with this name, or
   * because the caller's own works no more
   */
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
    return namedSo(before, name);
  }

  /**
   * Removes the token with this name.
   * @returns the tokens that have gone; undefined as for `replace`
   */
  async remove(caller: TokenOwner, name: string): Promise<StoredToken[] | undefined> {
    const before = await this.users
      .findOneAndUpdate(
        { ...stillWorking(caller), [LOGIN_TOKENS]: { $elemMatch: { type: TYPE, name } } },
        { $pull: { [LOGIN_TOKENS]: { type: TYPE, name } } },
        { returnDocument: 'before' },
      )
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User>();
    return namedSo(before, name);
  }

  /**
   * All that the caller has, as they are stored. One read by `_id`.
   * @returns undefined when the token that they ask with works no more
   */
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

function namedSo(user: User | null, name: string): StoredToken[] | undefined {
  return user ? personalAccessTokens(user).filter((token) => token.name === name) : undefined;
}
