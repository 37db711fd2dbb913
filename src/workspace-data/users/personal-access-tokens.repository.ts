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

/** The fields that differ when a token replaces another. */
export type TokenReplacement = Pick<
  StoredPersonalAccessToken,
  'hashedToken' | 'createdAt' | 'lastTokenPart'
>;

const TYPE = 'personalAccessToken';

/**
 * The personal access tokens of the caller. Each change is one atomic statement that demands that the caller is active
 * and their token still works, so a caller who was logged out cannot leave a token behind.
 */
@Injectable()
export class PersonalAccessTokensRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /**
   * False when nothing was stored: the caller's token no longer works, the name is taken, or they hold too many tokens.
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
   * Replaces the token of this name.
   * @returns the tokens of this name before, of which the first was replaced (only other programs create more than
   * one); undefined when there was none or the caller's token no longer works
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

  /** Removes the tokens of this name and returns them; undefined as for `replace`. */
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

  /** The caller's personal access tokens; undefined when the caller's token no longer works. One read by `_id`. */
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
