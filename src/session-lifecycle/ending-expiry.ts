import { later } from '../common/clock/later';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Without a history, too: it decides which revocation was first (docs/adr/0021). */
const LEAST_DAYS = 1;
/** What is left to do of it, and its audit record, must outlast any failure of the database. */
const LEAST_DAYS_PENDING = 90;

/** When an ending goes that is complete and recorded. */
export function settledExpiry(endedAt: Date, historyDays: number): Date {
  return later(endedAt, Math.max(historyDays, LEAST_DAYS) * DAY_MS);
}

/** When an ending goes that is never settled. */
export function pendingExpiry(endedAt: Date, historyDays: number): Date {
  return later(endedAt, Math.max(historyDays, LEAST_DAYS_PENDING) * DAY_MS);
}
