import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { isPersonalAccessToken, LOGIN_TOKENS, storedTokens } from './stored-token';
import { User } from './user.schema';

/**
 * Changes a second factor of a user and ends their other logins in one statement, so that there is no moment, and no
 * crash, at which a login of before the change still works after it (docs/adr/0011). Personal access tokens are no
 * logins: they stay.
 * @param filter names the user, and what the change was judged by
 * @param keep the hash of the token that stays
 * @returns the hashes of the login tokens that have gone, or undefined when the filter fits nobody any more
 */
export async function changeFactor(
  users: Model<User>,
  filter: QueryFilter<User>,
  change: UpdateQuery<User>,
  keep: string,
): Promise<string[] | undefined> {
  const others = { type: { $ne: 'personalAccessToken' }, hashedToken: { $ne: keep } };
  const user = await users
    .findOneAndUpdate(
      filter,
      { ...change, $pull: { [LOGIN_TOKENS]: others } },
      { returnDocument: 'before' },
    )
    .select({ [LOGIN_TOKENS]: 1 })
    .lean<User>();
  if (!user) return undefined;
  return storedTokens(user.services?.resume?.loginTokens)
    .filter((token) => !isPersonalAccessToken(token) && token.hashedToken !== keep)
    .map(({ hashedToken }) => hashedToken);
}
