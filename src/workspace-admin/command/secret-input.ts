import { createInterface, Interface } from 'node:readline';
import { Writable } from 'node:stream';

export type SecretInput = NodeJS.ReadableStream & { isTTY?: boolean };

/** Asks for one secret without echo on a terminal; otherwise reads the first line. Undefined when there is none. */
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

export class SecretLines {
  private readonly reader: Interface;
  private readonly lines: AsyncIterator<string>;

  constructor(
    private readonly input: SecretInput,
    private readonly prompts: NodeJS.WritableStream,
  ) {
    // On a terminal, readline takes over the echo, and this output discards it.
    const output = new Writable({
      write: (_chunk, _encoding, done) => {
        done();
      },
    });
    this.reader = createInterface({ input, output, terminal: input.isTTY === true });
    // Buffers lines that arrive before they are requested.
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /** The next line, read without echo; undefined at the end of the input. */
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
