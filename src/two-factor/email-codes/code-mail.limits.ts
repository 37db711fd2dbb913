import { RateCounter, RateLimitKey } from '../../database/rate-counter';
import { RateLimit } from '../../database/sliding-window';

const MINUTE_MS = 60 * 1000;
const WINDOW_MS = 15 * MINUTE_MS;

/** How many codes are mailed (contract §4, docs/adr/0015). */
export const CODE_MAIL_LIMITS = {
  /** To a user who has proved something and must show a code: mails since the last one that was used. */
  challenge: { max: 10, withinMs: WINDOW_MS },
  /** To a user whom a stranger may have named. These count among the same mails, and leave half of them to the user. */
  resend: { max: 5, withinMs: WINDOW_MS },
  resendSpacing: { max: 1, withinMs: MINUTE_MS },
  /** From an address that names users, existing ones or not. */
  address: { max: 10, withinMs: WINDOW_MS },
} satisfies Record<string, RateLimit>;

const { challenge, resend, resendSpacing, address } = CODE_MAIL_LIMITS;
const TO_USER = new RateCounter('code-mail-user', {
  challenge: [challenge],
  resend: [resendSpacing, resend],
});
const FROM_ADDRESS = new RateCounter('code-mail-address', { resend: [address] });

/** Mails to a user, as a challenge counts them. */
export function challengeKey(userId: string): RateLimitKey {
  return TO_USER.key('challenge', userId);
}

/** The same mails, as the public route counts them. */
export function resendKey(userId: string): RateLimitKey {
  return TO_USER.key('resend', userId);
}

/** @param counted the client's address, as `countedAddress` writes it */
export function resendAddressKey(counted: string): RateLimitKey {
  return FROM_ADDRESS.key('resend', counted);
}
