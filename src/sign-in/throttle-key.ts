import { Problem } from '../common/errors/problem';
import { countedAddress } from '../common/http/counted-address';
import { RateCounter, RateLimitKey } from '../database/rate-counter';
import { foldCase, LoginName } from '../workspace-data/users/login-name';
import { LOGIN_LIMITS } from './login.limits';
import { LOGIN_BLOCKED_FOR_IP, LOGIN_BLOCKED_FOR_USER, LOGIN_REFUSED } from './sign-in.problems';

const BY_ADDRESS = new RateCounter('login-address', { login: [LOGIN_LIMITS.address] });
const BY_NAME = new RateCounter('login-name', { login: [LOGIN_LIMITS.user] });
const BY_ACCOUNT = new RateCounter('login-account', { login: [LOGIN_LIMITS.user] });

/** Whose wrong passwords are counted together, how many there may be, and what is answered then. */
export interface ThrottleKey extends RateLimitKey {
  problem: Problem;
}

/** An IPv6 address counts with all of its network. */
export function addressKey(address: string): ThrottleKey {
  return {
    ...BY_ADDRESS.key('login', countedAddress(address)),
    problem: LOGIN_BLOCKED_FOR_IP,
  };
}

/** By the name as it was typed, whether or not there is such a user, so that a block does not tell. */
export function nameKey(name: LoginName): ThrottleKey {
  return {
    ...BY_NAME.key('login', ...partsOf(name)),
    problem: LOGIN_BLOCKED_FOR_USER,
  };
}

/**
 * By the account, which has several names. No client is told that this is what refused it: it would tell which e-mail
 * address belongs to which username. A name without an account has a counter too, so that it costs the same.
 */
export function accountKey(accountId: string | undefined, name: LoginName): ThrottleKey {
  const parts = accountId === undefined ? ['unknown', ...partsOf(name)] : ['account', accountId];
  return { ...BY_ACCOUNT.key('login', ...parts), problem: LOGIN_REFUSED };
}

/** Upper and lower case are one: a name in another case may be the same user's. */
function partsOf(name: LoginName): string[] {
  const [field, text] = 'username' in name ? ['username', name.username] : ['email', name.email];
  return [field, foldCase(text)];
}
