import { isPersonalAccessToken, StoredToken } from '../../workspace-data/users/stored-token';

const MINUTE_MS = 60_000;
/** How old a login may be to replace a missing factor (docs/adr/0011). */
export const FRESH_LOGIN_MS = 10 * MINUTE_MS;
/** How far ahead the clock of the program that stored the login may be. */
const AHEAD_MS = MINUTE_MS;

/** Whether the login is recent. The age of a personal access token does not show that its owner is present. */
export function isFreshLogin(token: StoredToken, now: Date): boolean {
  if (isPersonalAccessToken(token) || !(token.when instanceof Date)) return false;
  const age = now.getTime() - token.when.getTime();
  return age >= -AHEAD_MS && age <= FRESH_LOGIN_MS;
}
