import { createReadStream, fstatSync, openSync } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { isNativeError } from 'node:util/types';
import { OperatorError } from '../../common/errors/operator-error';
import { CommandIo } from '../command/command';
import { WorkspaceSource } from './workspace-import.service';

/** For whoever has opened it, and nobody else. */
const OWNER_ONLY = 0o600;
const FOR_OTHERS = 0o077;

/**
 * Writes lines into a new file that only its owner can read. When that fails, there is no file.
 * @throws Refusal when there is one already, or none can be made
 */
export async function writeNewFile(path: string, lines: AsyncIterable<string>): Promise<void> {
  const file = await open(path, 'wx', OWNER_ONLY).catch((error: unknown) => {
    throw refusal('The file could not be made', error);
  });
  try {
    await pipeline(lines, file.createWriteStream({ flush: true }));
  } catch (error) {
    await rm(path);
    throw isOfFiles(error) ? refusal('The file could not be written', error) : error;
  }
}

/**
 * Writes lines to standard output, no faster than they are taken there.
 * @throws Refusal when nobody takes them any more
 */
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

/** Whether standard output goes into a file that others than its owner may read. */
export function othersMayRead({ fd }: { fd?: number }): boolean {
  if (fd === undefined) return false;
  const stat = fstatSync(fd);
  return stat.isFile() && (stat.mode & FOR_OTHERS) !== 0;
}

/**
 * What an import reads from: a file, or standard input.
 * @throws Refusal when the file cannot be opened
 */
export function openSource(
  path: string | undefined,
  io: Pick<CommandIo, 'stdin'>,
): WorkspaceSource {
  const descriptor = path === undefined ? io.stdin.fd : openForReading(path);
  const readStdin = (): AsyncIterable<Uint8Array> => io.stdin as AsyncIterable<Uint8Array>;
  if (descriptor === undefined) return { isRepeatable: false, read: readStdin };
  // Also standard input may be one: `< workspace.ndjson`.
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

/** Without the path: an argument may be a secret in the wrong place. */
function refusal(what: string, error: unknown): OperatorError {
  return new OperatorError(isOfFiles(error) ? `${what} (${String(error.code)}).` : `${what}.`);
}
