import { Observed } from '../common/observation/observed';
import { EndingReason } from './revocation';

/** Sessions that a revocation of this process was the first to end. */
export const SESSIONS_REVOKED = new Observed<{ reason: EndingReason; count: number }>(
  'sessions-revoked',
);
