import { createHmac } from 'node:crypto';
import { later } from '../../common/clock/later';
import { isSame } from '../../common/crypto/is-same';
import { ApiError } from '../../common/errors/api-error';
import { CONFIRMATION_REQUIRED } from '../../session-selection/session-selection.problems';

const LIFETIME_MS = 10 * 60_000;
const MOMENT = /^\d{1,16}$/;

export interface Confirmation {
  confirm: string;
  confirmExpires: Date;
}

/**
 * Confirms that a caller has seen what a selector means at a moment. Signed with the secret of the caller's token, as a
 * cursor is: no key needs to be stored or shared, and it is of no use to anyone else.
 */
export function writeConfirmation(secret: string, selector: string, moment: Date): Confirmation {
  return {
    confirm: signed(secret, selector, String(moment.getTime())),
    confirmExpires: later(moment, LIFETIME_MS),
  };
}

/**
 * @returns the moment of the dry run
 * @throws ApiError confirmation-required if it is missing, expired, of another caller or selector, or was tampered with
 */
export function readConfirmation(
  secret: string,
  selector: string,
  confirm: string | undefined,
  now: Date,
): Date {
  const [moment = ''] = (confirm ?? '').split('.', 1);
  // Compared as text, not as bytes: several texts decode to the same bytes.
  const isSigned = MOMENT.test(moment) && isSame(confirm ?? '', signed(secret, selector, moment));
  // Ahead, too: another process's clock may be, and whoever holds the token can sign any moment.
  const isRecent = Math.abs(now.getTime() - Number(moment)) < LIFETIME_MS;
  if (!isSigned || !isRecent) throw new ApiError(CONFIRMATION_REQUIRED);
  return new Date(Number(moment));
}

function signed(secret: string, selector: string, moment: string): string {
  const text = JSON.stringify(['sessions/logout.bulk', selector, moment]);
  return `${moment}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
}
