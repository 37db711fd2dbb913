import { QueryFilter } from 'mongoose';
import { LOGIN_TOKENS } from './stored-token';
import { User } from './user.schema';
import type { TokenOwner } from './users.repository';

/**
 * The caller, if they are active and the token that they ask with is still theirs: the precondition of every change of
 * what proves who they are, in the very statement that makes it. Nobody leaves a factor behind after they have been logged
 * out. Whether the token has expired was judged before; it only ever grows older.
 *
 * As a double negation: a second condition on the elements of the list would have a say in which of them `$` stands for.
 */
export function stillWorking({ id, token }: Pick<TokenOwner, 'id' | 'token'>): QueryFilter<User> {
  return {
    _id: id,
    active: true,
    $nor: [{ [`${LOGIN_TOKENS}.hashedToken`]: { $ne: token.hashedToken } }],
  };
}
