import { createHash } from 'node:crypto';
import { Problem } from '../common/errors/problem';
import { countedAddress } from '../common/http/counted-address';
import { foldCase, LoginName } from '../workspace-data/users/login-name';
import { LOGIN_BLOCKED_FOR_IP, LOGIN_BLOCKED_FOR_USER, LOGIN_REFUSED } from './sign-in.problems';

/** How many wrong passwords are judged for one user, and from one address, within the window (contract §5). */
const MAX_FAILURES = { user: 10, address: 50 };

/** Whose wrong passwords are counted together, how many there may be, and what is answered then. */
export interface ThrottleKey {
  /** A hash: neither names nor addresses are kept. */
  key: string;
  limit: number;
  problem: Problem;
}

/** An IPv6 address counts with all of its network. */
export function addressKey(address: string): ThrottleKey {
  return {
    key: keyOf('address', countedAddress(address)),
    limit: MAX_FAILURES.address,
    problem: LOGIN_BLOCKED_FOR_IP,
  };
}

/** By the name as it was typed, whether or not there is such a user, so that a block does not tell. */
export function nameKey(name: LoginName): ThrottleKey {
  return {
    key: keyOfName('name', name),
    limit: MAX_FAILURES.user,
    problem: LOGIN_BLOCKED_FOR_USER,
  };
}

/**
 * By the account, which has several names. Nobody is told that this is what refused them: it would tell which e-mail
 * address belongs to which username. A name that is nobody's has a counter too, so that it costs the same.
 */
export function accountKey(accountId: string | undefined, name: LoginName): ThrottleKey {
  return {
    key: accountId === undefined ? keyOfName('nobody', name) : keyOf('account', accountId),
    limit: MAX_FAILURES.user,
    problem: LOGIN_REFUSED,
  };
}

/** Upper and lower case are one: a name in another case may be the same user's. */
function keyOfName(kind: string, name: LoginName): string {
  const [field, text] = 'username' in name ? ['username', name.username] : ['email', name.email];
  return keyOf(kind, field, foldCase(text));
}

function keyOf(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}
