import { RateLimit } from '../database/sliding-window';

const WINDOW_MS = 5 * 60 * 1000;

/** Wrong passwords that are checked per user and per address (contract §5). */
export const LOGIN_LIMITS = {
  user: { max: 10, withinMs: WINDOW_MS },
  address: { max: 50, withinMs: WINDOW_MS },
} satisfies Record<string, RateLimit>;
