import { QueryFilter } from 'mongoose';
import { LOGIN_TOKENS } from './stored-token';
import { User } from './user.schema';
import type { TokenOwner } from './users.repository';

/**
 * The caller, if they are active and still hold the token of this request: the precondition of every change of
 * credentials, in the statement that makes it, so a caller who was logged out cannot leave a factor behind. Expiry was
 * checked before. A double negation, because a second condition on the list's elements would influence which of them
 * `$` stands for.
 */
export function stillWorking({ id, token }: Pick<TokenOwner, 'id' | 'token'>): QueryFilter<User> {
  return {
    _id: id,
    active: true,
    $nor: [{ [`${LOGIN_TOKENS}.hashedToken`]: { $ne: token.hashedToken } }],
  };
}
