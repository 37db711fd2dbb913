import { EndingReason } from './revocation';

/** A record, so that none is forgotten. */
const REASONS: Record<EndingReason, true> = {
  logout: true,
  admin: true,
  bulk: true,
  'logout-all': true,
  'factor-changed': true,
  'factor-reset': true,
  'login-limit': true,
  workspace: true,
};

export const ENDING_REASONS = Object.keys(REASONS) as EndingReason[];
