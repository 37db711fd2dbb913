import { RateLimit } from '../database/sliding-window';

const WINDOW_MS = 5 * 60 * 1000;

/** How many wrong passwords are checked for one user, and from one address (contract §5). */
export const LOGIN_LIMITS = {
  user: { max: 10, withinMs: WINDOW_MS },
  address: { max: 50, withinMs: WINDOW_MS },
} satisfies Record<string, RateLimit>;
