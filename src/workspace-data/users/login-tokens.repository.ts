import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
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
      users.map(({ _id, services }) => [_id, storedTokens(services?.resume?.loginTokens)]),
    );
  }

  /** The ids of the users who hold these tokens, by token hash. One indexed read. */
  async findHolders(hashedTokens: readonly string[]): Promise<Map<string, string>> {
    const users = await this.users
      .find({ [`${LOGIN_TOKENS}.hashedToken`]: { $in: [...hashedTokens] } })
      .select({ [LOGIN_TOKENS]: 1 })
      .lean<User[]>();
    return new Map(
      users.flatMap(({ _id, services }) =>
        storedTokens(services?.resume?.loginTokens).map(({ hashedToken }) => [hashedToken, _id]),
      ),
    );
  }

  /** Harmless when a token is gone or another user's. One command, in which each user is one atomic statement. */
  async remove(removals: readonly TokensOf[]): Promise<void> {
    if (removals.length === 0) return;
    await this.users.bulkWrite(
      removals.map(({ owner, hashedTokens }) => {
        const hashedToken = { $in: [...hashedTokens] };
        return {
          updateOne: {
            filter: { _id: owner, [`${LOGIN_TOKENS}.hashedToken`]: hashedToken },
            update: { $pull: { [LOGIN_TOKENS]: { hashedToken } } },
          },
        };
      }),
      { ordered: false },
    );
  }
}
