import { QueryFilter } from 'mongoose';
import { LOGIN_TOKENS } from './stored-token';
import { User } from './user.schema';
import type { TokenOwner } from './users.repository';

/**
 * The precondition of every change of credentials, in the statement that makes it: a caller who was logged out cannot
 * leave a factor behind. A double negation, because a second condition on the list would decide which element `$`
 * means.
 */
export function stillWorking({ id, token }: Pick<TokenOwner, 'id' | 'token'>): QueryFilter<User> {
  return {
    _id: id,
    active: true,
    $nor: [{ [`${LOGIN_TOKENS}.hashedToken`]: { $ne: token.hashedToken } }],
  };
}
