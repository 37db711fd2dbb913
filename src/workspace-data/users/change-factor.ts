import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { stillWorking } from './still-working';
import { isPersonalAccessToken, LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { User } from './user.schema';
import type { TokenOwner } from './users.repository';

/**
 * Changes a second factor of a user and ends their other logins in one statement, so that there is no moment, and no
 * crash, at which a login of before the change still works after it (docs/adr/0011). Personal access tokens are no
 * logins: they stay.
 * @param caller whose factor it is; the token with which they ask must still work, and stays
 * @param filter what the change was judged by
 * @returns the login tokens that have gone, or undefined when the filter does not fit any more, or the
 * caller has been logged out
 */
export async function changeFactor(
  users: Model<User>,
  caller: TokenOwner,
  filter: QueryFilter<User>,
  change: UpdateQuery<User>,
): Promise<StoredToken[] | undefined> {
  const keep = caller.token.hashedToken;
  const others = { type: { $ne: 'personalAccessToken' }, hashedToken: { $ne: keep } };
  const user = await users
    .findOneAndUpdate(
      { ...stillWorking(caller), ...filter },
      { ...change, $pull: { [LOGIN_TOKENS]: others } },
      { returnDocument: 'before' },
    )
    .select({ [LOGIN_TOKENS]: 1 })
    .lean<User>();
  if (!user) return undefined;
  return storedTokens(user.services?.resume?.loginTokens).filter(
    (token) => !isPersonalAccessToken(token) && token.hashedToken !== keep,
  );
}
