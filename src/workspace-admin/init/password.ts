import { hash } from 'bcrypt';
import { digestPassword } from '../../auth/bcrypt.hasher';
import { OperatorError } from '../../common/errors/operator-error';

/** In characters. Longer beats more colourful (NIST SP 800-63B §5.1.1.2). */
export const MINIMUM_PASSWORD_LENGTH = 12;
/** As in the workspaces of the original: 2^10 rounds. */
const BCRYPT_COST = 10;

/**
 * The form in which the workspace stores a password: bcrypt of the lower-case hex SHA-256 (contract §2).
 * @throws Refusal when it is too short
 */
export async function hashNewPassword(password: string): Promise<string> {
  if (Array.from(password).length < MINIMUM_PASSWORD_LENGTH) {
    throw new OperatorError(
      `The password is too short: it must have at least ${MINIMUM_PASSWORD_LENGTH} characters. Nothing has been changed.`,
    );
  }
  return hash(digestPassword(password), BCRYPT_COST);
}
