import { hash } from 'bcrypt';
import { digestPassword } from '../../auth/bcrypt.hasher';
import { OperatorError } from '../../common/errors/operator-error';

/** In characters. Length matters more than variety (NIST SP 800-63B §5.1.1.2). */
export const MINIMUM_PASSWORD_LENGTH = 12;
/** 2^10 rounds, as in Rocket.Chat. */
const BCRYPT_COST = 10;

/** Bcrypt of the lower-case hex SHA-256 (contract §2). @throws OperatorError when the password is too short */
export async function hashNewPassword(password: string): Promise<string> {
  if (Array.from(password).length < MINIMUM_PASSWORD_LENGTH) {
    throw new OperatorError(
      `The password is too short: it must have at least ${MINIMUM_PASSWORD_LENGTH} characters. Nothing has been changed.`,
    );
  }
  return hash(digestPassword(password), BCRYPT_COST);
}
