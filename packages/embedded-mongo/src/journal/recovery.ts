import * as fs from 'node:fs';
import { DataDirectoryError } from './data-directory-error';
import {
  decodeFileHeader,
  FILE_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  RECORD_MARK,
  RecordFormat,
} from './record-format';

/** What was found in a journal. */
export interface Recovery {
  format: RecordFormat;
  /** Where the last whole record ends, and the next one belongs. */
  end: number;
  /** Bytes after it: of records that were being written when the process or the machine died. */
  tornBytes: number;
}

/**
 * Reads a journal from its beginning to the last whole record.
 *
 * Where a record is damaged it matters whether it ever was on the disk for certain. If it was, something has gone wrong
 * since, and what it said cannot be left out. If it was not, then no client was promised that it would be there: a power
 * cut may leave any of the latest records half-written, also one before a whole one.
 * @param apply takes the payload of each record, in order
 * @throws DataDirectoryError when what was promised is not there
 */
export function recover(path: string, apply: (payload: Buffer) => void): Recovery {
  const file = new FileReader(path);
  try {
    return readAll(file, apply);
  } finally {
    file.close();
  }
}

function readAll(file: FileReader, apply: (payload: Buffer) => void): Recovery {
  const header = decodeFileHeader(file.read(0, FILE_HEADER_BYTES));
  if (!header) throw damaged(file.path, 0);
  const format = new RecordFormat(header.salt);
  let end = FILE_HEADER_BYTES;
  for (;;) {
    const record = readRecord(file, format, end);
    if (!record) break;
    try {
      apply(record);
    } catch (error) {
      // Its checksum is right, and still it says nothing that can be repeated.
      throw damaged(file.path, end, error);
    }
    end += RECORD_HEADER_BYTES + record.length;
  }
  if (end < header.base || isMissed(file, format, end)) throw damaged(file.path, end);
  return { format, end, tornBytes: file.size - end };
}

/** The payload of the record at `offset`, or undefined when there is no whole one. */
function readRecord(file: FileReader, format: RecordFormat, offset: number): Buffer | undefined {
  const header = format.readHeader(file.read(offset, RECORD_HEADER_BYTES), offset);
  if (!header) return undefined;
  const payload = file.read(offset + RECORD_HEADER_BYTES, header.length);
  const isWhole = payload.length === header.length && format.isIntact(header, payload);
  return isWhole ? payload : undefined;
}

/** Whether a later record says that the one at `offset` was on the disk. */
function isMissed(file: FileReader, format: RecordFormat, offset: number): boolean {
  for (let at = file.find(RECORD_MARK, offset + 1); at >= 0; at = file.find(RECORD_MARK, at + 1)) {
    const header = format.readHeader(file.read(at, RECORD_HEADER_BYTES), at);
    if (header && header.synced > offset) return true;
  }
  return false;
}

function damaged(path: string, offset: number, cause?: unknown): DataDirectoryError {
  return new DataDirectoryError(
    `The journal of the embedded database is damaged: ${path}, at byte ${offset}. Nothing has been changed. ` +
      'Restore a copy of its directory, or move the directory away to start afresh.',
    { cause },
  );
}

/** Bytes read from the disk at a time. */
const WINDOW_BYTES = 1 << 20;

/** Reads a file of any size, from front to back for the most part. */
class FileReader {
  readonly size: number;
  private readonly fd: number;
  private window = Buffer.alloc(0);
  private start = 0;

  constructor(readonly path: string) {
    this.fd = fs.openSync(path, 'r');
    this.size = fs.fstatSync(this.fd).size;
  }

  /** The bytes at `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Buffer {
    const available = Math.max(0, Math.min(length, this.size - offset));
    const end = this.start + this.window.length;
    if (offset < this.start || offset + available > end) this.load(offset, available);
    return this.window.subarray(offset - this.start, offset - this.start + available);
  }

  /** Where these bytes stand next, at `offset` or after it, or -1. */
  find(bytes: Buffer, offset: number): number {
    for (let at = offset; at + bytes.length <= this.size; at += WINDOW_BYTES - bytes.length) {
      const found = this.read(at, WINDOW_BYTES).indexOf(bytes);
      if (found >= 0) return at + found;
    }
    return -1;
  }

  close(): void {
    fs.closeSync(this.fd);
  }

  /** Always a new window: the documents of the old one are parts of it. */
  private load(offset: number, length: number): void {
    const window = Buffer.alloc(Math.max(length, Math.min(WINDOW_BYTES, this.size - offset)));
    let done = 0;
    while (done < window.length) {
      const read = fs.readSync(this.fd, window, done, window.length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    this.window = window.subarray(0, done);
    this.start = offset;
  }
}
