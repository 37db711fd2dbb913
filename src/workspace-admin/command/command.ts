import { SecretInput } from './secret-input';

/** `fd` is set if it is a file, pipe or terminal of the process. */
export type CommandOutput = NodeJS.WritableStream & { isTTY?: boolean; fd?: number };

/** What a command may use: the streams and settings of the process, or of a test. */
export interface CommandIo {
  env: NodeJS.ProcessEnv;
  folder: string;
  stdin: SecretInput & { fd?: number };
  stdout: CommandOutput;
  stderr: CommandOutput;
}

export interface Command {
  usage: string;
  /** Returns the exit code. An `OperatorError` is for what an operator can fix; its message says how. */
  run(args: string[], io: CommandIo): Promise<number>;
}
