import type { CommandChanges } from '../journal/command-changes';
import type { Store } from '../storage/store';
import type { Arguments } from './arguments';
import type { Cursors } from './cursors';

/** What commands work on. */
export interface CommandContext {
  store: Store;
  /** Keeps what commands change. Missing: nothing outlives the process. */
  changes?: CommandChanges;
  cursors: Cursors;
  now: () => Date;
}

/** The fields of an answer, without `ok`; or, where stored documents are in it, its bytes. */
export type Reply = Readonly<Record<string, unknown>> | Buffer;

/** How a command would find its documents. */
export interface ExplainedPlan {
  namespace: string;
  stage: 'IXSCAN' | 'COLLSCAN' | 'EOF';
  /** The index of an IXSCAN. */
  indexName?: string;
}

/** One command of the protocol. */
export interface Command {
  /** The fields it takes, beside its own name and those that every command takes. */
  options: readonly string[];
  run(command: Arguments, context: CommandContext): Reply;
  /** The plan of the same command, if it can be explained. */
  explain?(command: Arguments, context: CommandContext): ExplainedPlan;
}
