import { isPersonalAccessToken, StoredToken } from '../../workspace-data/users/stored-token';

const MINUTE_MS = 60_000;
/** How old a login may be to stand in for a factor where there is none (docs/adr/0011). */
const FRESH_MS = 10 * MINUTE_MS;
/** How far ahead the clock of whoever stored it may be. */
const AHEAD_MS = MINUTE_MS;

/** Whether somebody has logged in a moment ago. A personal access token says nothing of that, however young it is. */
export function isFreshLogin(token: StoredToken, now: Date): boolean {
  if (isPersonalAccessToken(token) || !(token.when instanceof Date)) return false;
  const age = now.getTime() - token.when.getTime();
  return age >= -AHEAD_MS && age <= FRESH_MS;
}
