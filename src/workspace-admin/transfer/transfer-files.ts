import { createReadStream, fstatSync, openSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { OperatorError } from '../../common/errors/operator-error';
import { CommandIo } from '../command/command';
import { WorkspaceSource } from './workspace-import.service';

const OWNER_ONLY = 0o600;
const FOR_OTHERS = 0o077;

/** Writes a file that only its owner can read; on failure none remains. @throws OperatorError when it exists */
export async function writeNewFile(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY).catch((error: unknown) => {
    throw refusal('The file could not be created', error);
  });
  try {
    await pipeline(lines, file.createWriteStream({ flush: true }));
  } catch (error) {
    await rm(path);
    throw isOfFiles(error) ? refusal('The file could not be written', error) : error;
  }
}

/** Writes no faster than the reader reads. @throws OperatorError when the reader has gone */
export async function writeToStream(
  stdout: NodeJS.WritableStream,
  lines: AsyncIterable<string>,
): Promise<void> {
  try {
    await pipeline(lines, stdout, { end: false });
  } catch (error) {
    throw isOfFiles(error) ? refusal('Standard output could not be written', error) : error;
  }
}

/** Whether standard output is a file that other users may read. */
export function othersMayRead({ fd }: { fd?: number }): boolean {
  if (fd === undefined) return false;
  const stat = fstatSync(fd);
  return stat.isFile() && (stat.mode & FOR_OTHERS) !== 0;
}

/** A file, or standard input. @throws OperatorError when the file cannot be opened */
export function openSource(
  path: string | undefined,
  io: Pick<CommandIo, 'stdin'>,
): WorkspaceSource {
  const descriptor = path === undefined ? io.stdin.fd : openForReading(path);
  const readStdin = (): AsyncIterable<Uint8Array> => io.stdin as AsyncIterable<Uint8Array>;
  if (descriptor === undefined) return { isRepeatable: false, read: readStdin };
  // Standard input may be a file, too: `< workspace.ndjson`.
  const isFile = fstatSync(descriptor).isFile();
  const options = { fd: descriptor, autoClose: false, ...(isFile ? { start: 0 } : {}) };
  return {
    isRepeatable: isFile,
    read: () => (path === undefined && !isFile ? readStdin() : createReadStream('', options)),
  };
}

function openForReading(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw refusal('The file could not be opened', error);
  }
}

function isOfFiles(error: unknown): error is NodeJS.ErrnoException {
  return isNativeError(error) && 'syscall' in error && 'code' in error;
}

/** Without the path: an argument may be a misplaced secret. */
function refusal(what: string, error: unknown): OperatorError {
  return new OperatorError(isOfFiles(error) ? `${what} (${String(error.code)}).` : `${what}.`);
}
