import * as fs from 'node:fs';
import { join } from 'node:path';
import { Store } from '../storage/store';
import { decodeChanges } from './change-codec';
import { CommandChanges } from './command-changes';
import type { SyncMode } from './command-changes';
import { DataDirectoryError } from './data-directory-error';
import { lockDirectory } from './directory-lock';
import type { Unlock } from './directory-lock';
import { Journal } from './journal';
import type { JournalOptions } from './journal';
import { openFile } from './journal-file';
import type { OpenFile } from './journal-file';
import { recover } from './recovery';
import { Replay } from './replay';
import { snapshotOf } from './snapshot';

/** Where data are kept, and how. */
export interface DataDirectoryOptions {
  /** Created if missing, and then readable by this user only. */
  directory: string;
  sync: SyncMode;
  /** Takes what an operator should know: what was cut off, what cannot be written. */
  report: (message: string) => void;
  /** Bytes of history beyond twice the data before the journal is rewritten. Default: 8 MiB. */
  slackBytes?: number;
  /** Tests give files that fail. */
  openFile?: OpenFile;
}

/** A store that outlives the process. */
export interface OpenDataDirectory {
  store: Store;
  changes: CommandChanges;
  /** Brings everything to the disk and lets go of the directory. */
  close(): Promise<void>;
}

const SYNC_MILLISECONDS = 1000;
const SLACK_BYTES = 8 << 20;
const OWNER_ONLY = 0o700;

/**
 * Opens a data directory and reads what is in it.
 * @throws DataDirectoryError when it is in use, damaged, or out of reach
 */
export async function openDataDirectory(options: DataDirectoryOptions): Promise<OpenDataDirectory> {
  try {
    fs.mkdirSync(options.directory, { recursive: true, mode: OWNER_ONLY });
    const unlock = await lockDirectory(options.directory);
    try {
      return openLocked(options, unlock);
    } catch (error) {
      await unlock();
      throw error;
    }
  } catch (error) {
    throw asDirectoryError(options.directory, error);
  }
}

function openLocked(options: DataDirectoryOptions, unlock: Unlock): OpenDataDirectory {
  const { store, changes, journal } = openJournal(options);
  const timer = setInterval(() => {
    // A failure is reported where it happens.
    journal.sync()?.catch(() => undefined);
  }, SYNC_MILLISECONDS).unref();
  return {
    store,
    changes,
    async close() {
      clearInterval(timer);
      try {
        await journal.close();
      } finally {
        await unlock();
      }
    },
  };
}

/** What the system refuses, in words that say where; its own may come without a path. */
function asDirectoryError(directory: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof DataDirectoryError || code === undefined) return error;
  return new DataDirectoryError(
    `The data directory ${directory} cannot be used (${code}). Choose another one.`,
    { cause: error },
  );
}

function openJournal(options: DataDirectoryOptions): {
  store: Store;
  changes: CommandChanges;
  journal: Journal;
} {
  // Nothing changes before all three are there.
  const store = new Store({
    record: (change, undo) => {
      changes.record(change, undo);
    },
  });
  const journal = readJournal(store, {
    path: join(options.directory, 'journal'),
    openFile: options.openFile ?? openFile,
    snapshot: () => snapshotOf(store),
    slackBytes: options.slackBytes ?? SLACK_BYTES,
    report: options.report,
  });
  const changes = new CommandChanges(journal, options.sync);
  return { store, changes, journal };
}

function readJournal(store: Store, options: JournalOptions): Journal {
  if (!fs.existsSync(options.path)) return Journal.create(options);
  const replay = new Replay();
  const recovery = recover(options.path, (payload) => {
    for (const change of decodeChanges(payload)) replay.apply(change);
  });
  if (recovery.tornBytes > 0) {
    options.report(
      `The journal of the embedded database ended in an unfinished write: ${recovery.tornBytes} bytes were cut off.`,
    );
  }
  replay.restore(store);
  return Journal.resume(options, recovery, sizeOf(store));
}

function sizeOf(store: Store): number {
  let size = 0;
  for (const { collection } of store.everything()) {
    for (const { bytes } of collection.all()) size += bytes.length;
  }
  return size;
}
