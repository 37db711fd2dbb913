import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { Refusal } from '../common/errors/refusal';
import { MINIMUM_PASSWORD_LENGTH } from '../workspace/password';

/** A terminal, or a file or pipe. */
export type PasswordInput = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * Asks for a new password twice on a terminal, showing nothing of what is typed; elsewhere takes the first line.
 * @param prompts where the questions go; not standard output, which may be piped somewhere
 * @throws Refusal when there is none, or when the two differ
 */
export async function readPassword(
  input: PasswordInput,
  prompts: NodeJS.WritableStream,
): Promise<string> {
  const isTerminal = input.isTTY === true;
  // As a terminal, readline takes over the echo; its own goes nowhere.
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const reader = createInterface({ input, output, terminal: isTerminal });
  // Keeps the lines that come before they are asked for.
  const lines = reader[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    if (isTerminal) prompts.write(question);
    const line = await lines.next();
    if (isTerminal) prompts.write('\n');
    if (line.done === true) throw new Refusal('There is no password. Nothing has been changed.');
    return line.value;
  };
  try {
    const password = await ask(`Password (at least ${MINIMUM_PASSWORD_LENGTH} characters): `);
    if (isTerminal && (await ask('Once more: ')) !== password) {
      throw new Refusal('The two passwords differ. Nothing has been changed.');
    }
    return password;
  } finally {
    reader.close();
  }
}
