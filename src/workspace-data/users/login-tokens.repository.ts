import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { heldHashes, TOKEN_HASH } from './held-hashes';
import { LOGIN_TOKENS, revocableTokens, StoredToken } from './stored-token';
import { User } from './user.schema';

export interface TokensOf {
  owner: string;
  hashedTokens: readonly string[];
}

@Injectable()
export class LoginTokensRepository {
  constructor(@InjectModel(User.name) private readonly users: Model<User>) {}

  /** All tokens of these users, by user id. One read by `_id`. */
  async findOf(owners: readonly string[]): Promise<Map<string, StoredToken[]>> {
    const users = await this.users
      .find({ _id: { $in: [...owners] } })
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User[]>();
    return new Map(
      users.map(({ _id, services }) => [_id, revocableTokens(services?.resume?.loginTokens)]),
    );
  }

  /** The ids of the users who hold these tokens, by token hash. One indexed read. */
  async findHolders(hashedTokens: readonly string[]): Promise<Map<string, string>> {
    const users = await this.users
      .find({ [TOKEN_HASH]: { $in: [...hashedTokens] } })
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User[]>();
    return new Map(users.flatMap((user) => heldHashes(user).map((hash) => [hash, user._id])));
  }

  /**
   * Harmless when a token is gone or another user's. One command; of a user's two statements, one applies.
   * What stands in place of the list goes as a whole if it has such a hash: `$pull` would fail on it, and other
   * programs find a token by its hash alone.
   * @throws if a token cannot be removed, because `services` or `resume` is itself a list
   */
  async remove(removals: readonly TokensOf[]): Promise<void> {
    if (removals.length === 0) return;
    await this.users.bulkWrite(
      removals.flatMap(({ owner, hashedTokens }) => {
        const hashedToken = { $in: [...hashedTokens] };
        const holder = { _id: owner, [TOKEN_HASH]: hashedToken };
        return [
          {
            updateOne: {
              filter: { ...holder, [LOGIN_TOKENS]: { $type: 'array' } },
              update: { $pull: { [LOGIN_TOKENS]: { hashedToken } } },
            },
          },
          {
            updateOne: {
              filter: { ...holder, [LOGIN_TOKENS]: { $not: { $type: 'array' } } },
              // Unlike `$unset`, this fails where it cannot reach the token.
              update: { $set: { [LOGIN_TOKENS]: [] } },
            },
          },
        ];
      }),
      // Otherwise Mongoose would drop what it cannot cast without a word.
      { ordered: false, throwOnValidationError: true },
    );
  }
}
