import { SecretInput } from './secret-input';

/** A stream that a command writes to; `fd` where it is a file, pipe or terminal of the process. */
export type CommandOutput = NodeJS.WritableStream & { isTTY?: boolean; fd?: number };

/** What a command sees of the world: a process's own, or a test's. */
export interface CommandIo {
  env: NodeJS.ProcessEnv;
  /** Where `.env` is looked for. */
  folder: string;
  stdin: SecretInput & { fd?: number };
  stdout: CommandOutput;
  stderr: CommandOutput;
}

/** One of the commands of the `cli`. */
export interface Command {
  /** How it is called, in a line or several. */
  usage: string;
  /**
   * @param args what stands behind the command's name
   * @returns the exit code
   * @throws OperatorError for what an operator can mend; the message says how
   */
  run(args: string[], io: CommandIo): Promise<number>;
}
