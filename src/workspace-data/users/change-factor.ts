import { Model, QueryFilter, UpdateQuery } from 'mongoose';
import { stillWorking } from './still-working';
import { isPersonalAccessToken, LOGIN_TOKENS, StoredToken, storedTokens } from './stored-token';
import { User } from './user.schema';
import type { TokenOwner } from './users.repository';

/**
 * Changes a second factor and ends the user's other logins in one statement: at no moment, and after no crash, does a
 * login from before the change still work (docs/adr/0011). Personal access tokens stay.
 * @param filter the state that the change was checked against
 * @returns the removed login tokens; undefined when the filter no longer matches or the caller was logged out
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
