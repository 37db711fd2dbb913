import { RateCounter, RateLimitKey } from '../../database/rate-counter';
import { RateLimit } from '../../database/sliding-window';

const MINUTE_MS = 60 * 1000;
const WINDOW_MS = 15 * MINUTE_MS;

/** Limits on mailed codes (contract §4, docs/adr/0015). */
export const CODE_MAIL_LIMITS = {
  /** For a user who has a token or password and still needs a code: mails since the last code was used. */
  challenge: { max: 10, withinMs: WINDOW_MS },
  /** For a user whom anyone may have named. Counts the same mails, and leaves half of them to the user. */
  resend: { max: 5, withinMs: WINDOW_MS },
  resendSpacing: { max: 1, withinMs: MINUTE_MS },
  address: { max: 10, withinMs: WINDOW_MS },
} satisfies Record<string, RateLimit>;

const { challenge, resend, resendSpacing, address } = CODE_MAIL_LIMITS;
const TO_USER = new RateCounter('code-mail-user', {
  challenge: [challenge],
  resend: [resendSpacing, resend],
});
const FROM_ADDRESS = new RateCounter('code-mail-address', { resend: [address] });

export function challengeKey(userId: string): RateLimitKey {
  return TO_USER.key('challenge', userId);
}

/** Counts the same mails, with the limits of the public route. */
export function resendKey(userId: string): RateLimitKey {
  return TO_USER.key('resend', userId);
}

/** @param counted the client's address, as `countedAddress` returns it */
export function resendAddressKey(counted: string): RateLimitKey {
  return FROM_ADDRESS.key('resend', counted);
}
