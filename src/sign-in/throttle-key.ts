import { ApiProblem } from '../common/errors/api-error';
import { countedAddress } from '../common/http/counted-address';
import { RateCounter, RateLimitKey } from '../database/rate-counter';
import { RateLimit } from '../database/sliding-window';
import { foldCase, LoginName } from '../workspace-data/users/login-name';

const WINDOW_MS = 5 * 60 * 1000;

/** How many wrong passwords are checked for one user, and from one address (contract §5). */
export const LOGIN_LIMITS = {
  user: { max: 10, withinMs: WINDOW_MS },
  address: { max: 50, withinMs: WINDOW_MS },
} satisfies Record<string, RateLimit>;

const BY_ADDRESS = new RateCounter('login-address', { login: [LOGIN_LIMITS.address] });
const BY_NAME = new RateCounter('login-name', { login: [LOGIN_LIMITS.user] });
const BY_ACCOUNT = new RateCounter('login-account', { login: [LOGIN_LIMITS.user] });

/** Whose wrong passwords are counted together, how many there may be, and what is answered then. */
export interface ThrottleKey extends RateLimitKey {
  problem: ApiProblem;
}

/** An IPv6 address counts with all of its network. */
export function addressKey(address: string): ThrottleKey {
  return {
    ...BY_ADDRESS.key('login', countedAddress(address)),
    problem: { kind: 'login-blocked', target: 'ip' },
  };
}

/** By the name as it was typed, whether or not there is such a user, so that a block does not tell. */
export function nameKey(name: LoginName): ThrottleKey {
  return {
    ...BY_NAME.key('login', ...partsOf(name)),
    problem: { kind: 'login-blocked', target: 'user' },
  };
}

/**
 * By the account, which has several names. No client is told that this is what refused it: it would tell which e-mail
 * address belongs to which username. A name without an account has a counter too, so that it costs the same.
 */
export function accountKey(accountId: string | undefined, name: LoginName): ThrottleKey {
  const parts = accountId === undefined ? ['unknown', ...partsOf(name)] : ['account', accountId];
  return { ...BY_ACCOUNT.key('login', ...parts), problem: { kind: 'login-refused' } };
}

/** Upper and lower case are one: a name in another case may be the same user's. */
function partsOf(name: LoginName): string[] {
  const [field, text] = 'username' in name ? ['username', name.username] : ['email', name.email];
  return [field, foldCase(text)];
}
