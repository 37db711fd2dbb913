import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../errors';
import type { Change } from '../storage/change';
import { encodeChanges } from './change-codec';
import { syncDirectory, writeFully } from './journal-file';
import type { JournalFile, OpenFile } from './journal-file';
import {
  encodeFileHeader,
  FILE_HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  RecordFormat,
} from './record-format';
import type { Recovery } from './recovery';

/** What a journal is made with. */
export interface JournalOptions {
  path: string;
  openFile: OpenFile;
  /** The changes that make the store what it is, a portion for each record. */
  snapshot: () => Iterable<Change[]>;
  /** How many bytes the journal may have beyond twice those of its last snapshot before it is rewritten. */
  slackBytes: number;
  /** Takes what an operator should know. */
  report: (message: string) => void;
}

/** Codes of the system for: there is no room. The last is a limit on the size of files. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** A file that changes are appended to, as records that are there as a whole or not at all. */
export class Journal {
  private file: JournalFile;
  private format: RecordFormat;
  /** Where the next record belongs. */
  private size: number;
  /** So many bytes of the file are on the disk for certain. */
  private syncedSize: number;
  private snapshotSize: number;
  /** Numbers of the latest record that was appended, and of the latest that is on the disk for certain. */
  private appended = 0;
  private safe = 0;
  private syncing: Promise<void> | undefined;
  private failure: CommandError | undefined;

  private constructor(
    private readonly options: JournalOptions,
    { file, format, size }: OpenedFile,
  ) {
    this.file = file;
    this.format = format;
    this.size = this.syncedSize = this.snapshotSize = size;
  }

  /** A journal that holds a snapshot and nothing else, in the place of any other. */
  static create(options: JournalOptions): Journal {
    return new Journal(options, writeSnapshot(options));
  }

  /**
   * Goes on with a journal that was read.
   * @param liveBytes about how many bytes a snapshot of what it holds would have
   */
  static resume(options: JournalOptions, { format, end }: Recovery, liveBytes: number): Journal {
    const file = options.openFile(options.path, 'r+');
    file.truncate(end);
    // What another process appended may not have reached the disk yet.
    file.syncNow();
    const journal = new Journal(options, { file, format, size: end });
    journal.snapshotSize = liveBytes;
    if (journal.isOvergrown) journal.compact();
    return journal;
  }

  /**
   * Appends changes as one record.
   * @throws CommandError when they were refused; then the journal is as it was
   */
  append(changes: readonly Change[]): void {
    if (this.failure) throw this.failure;
    const payload = encodeChanges(changes);
    if (payload.reduce((sum, { length }) => sum + length, 0) > MAX_PAYLOAD_BYTES) {
      throw new CommandError('BSONObjectTooLarge', 'one command may not change more than 1 GiB');
    }
    this.write(payload);
    this.appended += 1;
  }

  /**
   * Brings what was appended to the disk. One sync serves all who wait.
   * @returns undefined when nothing has to be waited for
   */
  sync(): Promise<void> | undefined {
    return this.safe === this.appended ? undefined : this.syncUntil(this.appended);
  }

  /** Syncs and closes. */
  async close(): Promise<void> {
    try {
      await this.sync();
    } finally {
      this.file.close();
    }
  }

  private async syncUntil(target: number): Promise<void> {
    while (this.safe < target) {
      if (this.failure) throw this.failure;
      await (this.syncing ??= this.syncOnce());
    }
  }

  private async syncOnce(): Promise<void> {
    const { size, appended } = this;
    try {
      await this.file.sync();
      this.syncedSize = size;
      this.safe = appended;
      if (this.isOvergrown) this.compact();
      else this.stateSynced();
    } catch (error) {
      // What a failed sync left on disk is unknown, and a second sync would not tell.
      throw this.fail('could not be brought to the disk', error);
    } finally {
      this.syncing = undefined;
    }
  }

  /** Lets an idle journal say what is on the disk, so that damage to it is not taken for an unfinished write. */
  private stateSynced(): void {
    if (this.size !== this.syncedSize) return;
    try {
      this.write([]);
    } catch {
      // The next record will say it.
    }
  }

  private write(payload: readonly Buffer[]): void {
    if (!this.file.isUntouched(this.size)) {
      throw this.fail('was moved, removed or changed by another program', undefined);
    }
    const record = this.format.frame(this.size, this.syncedSize, payload);
    try {
      writeFully(this.file, record, this.size);
    } catch (error) {
      this.cutBack();
      throw refusal(error);
    }
    this.size += record.length;
  }

  /** Takes away what was written of a record that has no room. */
  private cutBack(): void {
    try {
      this.file.truncate(this.size);
    } catch (error) {
      throw this.fail('could not be cut back to its last whole record', error);
    }
  }

  private get isOvergrown(): boolean {
    return this.size > 2 * this.snapshotSize + this.options.slackBytes;
  }

  /** Rewrites the journal: the current data without its history. */
  private compact(): void {
    let opened: OpenedFile;
    try {
      opened = writeSnapshot(this.options);
    } catch (error) {
      if (error instanceof UnsafeNameError) throw error;
      // The old one is whole. Not again before it has doubled.
      this.snapshotSize = this.size;
      this.options.report(`The journal could not be compacted (${reasonOf(error)}); it grows on.`);
      return;
    }
    this.file.close();
    this.file = opened.file;
    this.format = opened.format;
    this.size = this.syncedSize = this.snapshotSize = opened.size;
    this.safe = this.appended;
  }

  private fail(what: string, error: unknown): CommandError {
    if (!this.failure) {
      this.failure = new CommandError(
        'InternalError',
        `The journal of the embedded database ${what}: nothing is written any more until it is started again.`,
      );
      this.options.report(`${this.failure.message} (${reasonOf(error)})`);
    }
    return this.failure;
  }
}

interface OpenedFile {
  file: JournalFile;
  format: RecordFormat;
  size: number;
}

/** The new file has its name, but a power cut may take it away again. */
class UnsafeNameError extends Error {}

/**
 * Writes a journal beside the one there is, and gives it its name when all of it is on the disk. Whenever this is
 * interrupted, there is one whole journal of that name.
 */
function writeSnapshot({ path, openFile, snapshot }: JournalOptions): OpenedFile {
  const draft = `${path}.new`;
  fs.rmSync(draft, { force: true });
  const file = openFile(draft, 'wx+');
  const salt = randomBytes(4).readUInt32LE();
  const format = new RecordFormat(salt);
  let size = FILE_HEADER_BYTES;
  try {
    for (const changes of snapshot()) {
      const record = format.frame(size, 0, encodeChanges(changes));
      writeFully(file, record, size);
      size += record.length;
    }
    writeFully(file, encodeFileHeader({ salt, base: size }), 0);
    file.syncNow();
    fs.renameSync(draft, path);
  } catch (error) {
    file.close();
    fs.rmSync(draft, { force: true });
    throw error;
  }
  try {
    syncDirectory(dirname(path));
  } catch (error) {
    throw new UnsafeNameError('the directory could not be synced', { cause: error });
  }
  return { file, format, size };
}

function refusal(error: unknown): CommandError {
  return FULL.includes((error as NodeJS.ErrnoException).code ?? '')
    ? new CommandError('OutOfDiskSpace', 'There is no room on the disk: nothing has been changed.')
    : new CommandError(
        'InternalError',
        `The journal could not be written (${reasonOf(error)}): nothing has been changed.`,
      );
}

/** The system's code, where there is one: its words hold paths. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no further reason';
  return (error as NodeJS.ErrnoException).code ?? error.message;
}
