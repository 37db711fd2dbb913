import { Problem } from '../common/errors/problem';
import { countedAddress } from '../common/http/counted-address';
import { RateCounter, RateLimitKey } from '../database/rate-counter';
import { foldCase, LoginName } from '../workspace-data/users/login-name';
import { LOGIN_LIMITS } from './login.limits';
import { LOGIN_BLOCKED_FOR_IP, LOGIN_BLOCKED_FOR_USER, LOGIN_REFUSED } from './sign-in.problems';

const BY_ADDRESS = new RateCounter('login-address', { login: [LOGIN_LIMITS.address] });
const BY_NAME = new RateCounter('login-name', { login: [LOGIN_LIMITS.user] });
const BY_ACCOUNT = new RateCounter('login-account', { login: [LOGIN_LIMITS.user] });

/** Which wrong passwords count together, their limit, and the answer beyond it. */
export interface ThrottleKey extends RateLimitKey {
  problem: Problem;
}

/** An IPv6 address counts with its whole /64 network. */
export function addressKey(address: string): ThrottleKey {
  return {
    ...BY_ADDRESS.key('login', countedAddress(address)),
    problem: LOGIN_BLOCKED_FOR_IP,
  };
}

/** By the name as typed, so that a block does not reveal whether the user exists. */
export function nameKey(name: LoginName): ThrottleKey {
  return {
    ...BY_NAME.key('login', ...partsOf(name)),
    problem: LOGIN_BLOCKED_FOR_USER,
  };
}

/**
 * By the account, which has several names. Its problem must not differ from a wrong password: it would reveal which
 * e-mail address belongs to which username. Unknown names have a counter too, so that they take the same work.
 */
export function accountKey(accountId: string | undefined, name: LoginName): ThrottleKey {
  const parts = accountId === undefined ? ['unknown', ...partsOf(name)] : ['account', accountId];
  return { ...BY_ACCOUNT.key('login', ...parts), problem: LOGIN_REFUSED };
}

/** Ignores case, because names that differ only in case may be the same user's. */
function partsOf(name: LoginName): string[] {
  const [field, text] = 'username' in name ? ['username', name.username] : ['email', name.email];
  return [field, foldCase(text)];
}
