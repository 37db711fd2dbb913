import { createInterface, Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** A terminal, or a file or pipe. */
export type SecretInput = NodeJS.ReadableStream & { isTTY?: boolean };

/**
 * Asks for one secret on a terminal, showing nothing of what is typed; elsewhere takes the first line.
 * @param prompts where the question goes
 * @returns undefined when the input ends without one
 */
export async function readLine(
  input: SecretInput,
  prompts: NodeJS.WritableStream,
  question: string,
): Promise<string | undefined> {
  const lines = new SecretLines(input, prompts);
  try {
    return await lines.ask(question);
  } finally {
    lines.close();
  }
}

/** The lines of an input, none of which is shown. */
export class SecretLines {
  private readonly reader: Interface;
  private readonly lines: AsyncIterator<string>;

  constructor(
    private readonly input: SecretInput,
    private readonly prompts: NodeJS.WritableStream,
  ) {
    // As a terminal, readline takes over the echo; its own goes nowhere.
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    this.reader = createInterface({ input, output, terminal: input.isTTY === true });
    // Keeps the lines that come before they are asked for.
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** @returns undefined when there is no further line */
  async ask(question: string): Promise<string | undefined> {
    const isTerminal = this.input.isTTY === true;
    if (isTerminal) this.prompts.write(question);
    const line = await this.lines.next();
    if (isTerminal) this.prompts.write('\n');
    return line.done === true ? undefined : line.value;
  }

  close(): void {
    this.reader.close();
  }
}
