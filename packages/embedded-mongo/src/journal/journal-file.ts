import * as fs from 'node:fs';

/** What the journal needs of a file. Tests give it one that fails. */
export interface JournalFile {
  /** @returns how many bytes were written, which may be fewer */
  write(bytes: Buffer, position: number): number;
  truncate(length: number): void;
  /** Brings everything that was written to the disk. */
  sync(): Promise<void>;
  syncNow(): void;
  /** Whether it still has its name and this length: no other process wrote to it or moved it. */
  isUntouched(length: number): boolean;
  close(): void;
}

/** Opens a file for reading and writing. @param flags as of `fs.open` */
export type OpenFile = (path: string, flags: 'r+' | 'wx+') => JournalFile;

/** It holds password hashes and secrets. */
const OWNER_ONLY = 0o600;

/** Opens a file of this machine. */
export const openFile: OpenFile = (path, flags) => {
  const fd = fs.openSync(path, flags, OWNER_ONLY);
  return {
    write: (bytes, position) => fs.writeSync(fd, bytes, 0, bytes.length, position),
    truncate: (length) => {
      fs.ftruncateSync(fd, length);
    },
    sync: () =>
      new Promise((resolve, reject) => {
        fs.fdatasync(fd, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    syncNow: () => {
      fs.fsyncSync(fd);
    },
    isUntouched: (length) => {
      const { nlink, size } = fs.fstatSync(fd);
      return nlink > 0 && size === length;
    },
    close: () => {
      fs.closeSync(fd);
    },
  };
};

/** Writes all of the bytes. @throws the error of the file system; some of them may have been written then */
export function writeFully(file: JournalFile, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length;) {
    const written = file.write(bytes.subarray(done), position + done);
    if (written === 0) throw new Error('no more bytes can be written');
    done += written;
  }
}

/** Brings the names in a directory to the disk. Windows knows no such thing, and needs none. */
export function syncDirectory(path: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(path, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}
