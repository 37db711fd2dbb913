import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DataDirectoryError } from './data-directory-error';

/** Lets go of the directory. */
export type Unlock = () => Promise<void>;

/** All that a Linux socket address holds. Shorter names are padded by some releases of Node and not by others. */
const ADDRESS_BYTES = 108;
/** Of macOS and the BSDs: take an exclusive lock while opening. Node passes it on without naming it. */
const O_EXLOCK = 0x20;

/**
 * Makes this process the only one that uses a directory. The lock is one that the system itself lets go of when the
 * process is gone, however it ended; so none is ever left over, and no process id has to be trusted.
 * @throws DataDirectoryError when another process has it
 */
export async function lockDirectory(directory: string): Promise<Unlock> {
  if (process.platform === 'linux') return lockName(directory, linuxName(directory));
  if (process.platform === 'win32') {
    return lockName(directory, `\\\\.\\pipe\\embedded-mongo-${identity(directory)}`);
  }
  return lockFile(directory);
}

/** A socket without a file. */
function linuxName(directory: string): string {
  return `\0embedded-mongo-${identity(directory)}`.padEnd(ADDRESS_BYTES, '-');
}

/** The system knows a directory by its device and inode, whatever path leads there. */
function identity(directory: string): string {
  const { dev, ino } = fs.statSync(directory, { bigint: true });
  return createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32);
}

/** Only one process can listen to a name. */
async function lockName(directory: string, name: string): Promise<Unlock> {
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    server.listen(name);
    await once(server, 'listening');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? inUse(directory) : error;
  }
  return async () => {
    const closed = once(server, 'close');
    server.close();
    await closed;
  };
}

function lockFile(directory: string): Unlock {
  const { O_RDWR, O_CREAT, O_NONBLOCK } = fs.constants;
  try {
    const fd = fs.openSync(
      join(directory, 'lock'),
      O_RDWR | O_CREAT | O_NONBLOCK | O_EXLOCK,
      0o600,
    );
    return () => {
      fs.closeSync(fd);
      return Promise.resolve();
    };
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EAGAIN' ? inUse(directory) : error;
  }
}

function inUse(directory: string): DataDirectoryError {
  return new DataDirectoryError(
    `The data directory ${directory} is in use by another process. Stop that one first, or choose another directory.`,
  );
}
