import { OperatorError } from '../../common/errors/operator-error';
import { MINIMUM_PASSWORD_LENGTH } from './password';
import { SecretInput, SecretLines } from '../command/secret-input';

/**
 * Asks twice, without echo, on a terminal; otherwise reads the first line.
 * @param prompts not standard output, which may be piped
 */
export async function readPassword(
  input: SecretInput,
  prompts: NodeJS.WritableStream,
): Promise<string> {
  const lines = new SecretLines(input, prompts);
  try {
    const ask = async (question: string): Promise<string> => {
      const line = await lines.ask(question);
      if (line !== undefined) return line;
      throw new OperatorError('No password was given. Nothing has been changed.');
    };
    const password = await ask(`Password (at least ${MINIMUM_PASSWORD_LENGTH} characters): `);
    if (input.isTTY === true && (await ask('Repeat the password: ')) !== password) {
      throw new OperatorError('The two passwords differ. Nothing has been changed.');
    }
    return password;
  } finally {
    lines.close();
  }
}
