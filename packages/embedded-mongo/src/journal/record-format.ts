import { crc32 } from 'node:zlib';

/** Tells a journal from every other file; the line end would not survive a conversion of text. */
const MAGIC = Buffer.from('wsjourn\n', 'latin1');
const VERSION = 1;
/** Begins every record, so that records can be looked for where one is damaged. */
export const RECORD_MARK = Buffer.from([0xd6, 0x57, 0x53, 0x4a]);
/** A longer one can only be damage. One command of 48 MB may change more than it says. */
export const MAX_PAYLOAD_BYTES = 1 << 30;

/** Magic, version, salt, base, checksum. */
export const FILE_HEADER_BYTES = 26;
/** Mark, length of the payload, bytes known to be on the disk, checksum of the payload, checksum of the header. */
export const RECORD_HEADER_BYTES = 22;

/** What stands before the payload of a record. */
export interface RecordHeader {
  length: number;
  /** So many bytes of the file were on the disk for certain when this record was written. */
  synced: number;
  payloadChecksum: number;
}

/** What stands at the beginning of the file. */
export interface FileHeader {
  /** Every checksum of the file begins with it, so that nothing that is stored can pass for a record. */
  salt: number;
  /** So many bytes were on the disk before the file got its name. */
  base: number;
}

export function encodeFileHeader({ salt, base }: FileHeader): Buffer {
  const header = Buffer.alloc(FILE_HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt32LE(VERSION, 8);
  header.writeUInt32LE(salt, 12);
  header.writeUIntLE(base, 16, 6);
  header.writeUInt32LE(crc32(header.subarray(0, 22)), 22);
  return header;
}

/** @returns undefined when it is none of this version, or damaged */
export function decodeFileHeader(header: Buffer): FileHeader | undefined {
  if (header.length !== FILE_HEADER_BYTES) return undefined;
  const found = { salt: header.readUInt32LE(12), base: header.readUIntLE(16, 6) };
  return encodeFileHeader(found).equals(header) ? found : undefined;
}

/** The form of the records of one file. */
export class RecordFormat {
  constructor(private readonly salt: number) {}

  /**
   * A whole record.
   * @param offset where in the file it will stand
   * @param synced how many bytes of the file are on the disk for certain
   */
  frame(offset: number, synced: number, payload: readonly Buffer[]): Buffer {
    const record = Buffer.concat([Buffer.alloc(RECORD_HEADER_BYTES), ...payload]);
    const content = record.subarray(RECORD_HEADER_BYTES);
    RECORD_MARK.copy(record);
    record.writeUInt32LE(content.length, 4);
    record.writeUIntLE(synced, 8, 6);
    record.writeUInt32LE(crc32(content, this.salt), 14);
    record.writeUInt32LE(this.headerChecksum(record, offset), 18);
    return record;
  }

  /**
   * @param offset where in the file the bytes stand: a record counts nowhere else
   * @returns undefined when they are no header of a record
   */
  readHeader(bytes: Buffer, offset: number): RecordHeader | undefined {
    if (bytes.length < RECORD_HEADER_BYTES) return undefined;
    if (!bytes.subarray(0, RECORD_MARK.length).equals(RECORD_MARK)) return undefined;
    if (bytes.readUInt32LE(18) !== this.headerChecksum(bytes, offset)) return undefined;
    const length = bytes.readUInt32LE(4);
    if (length > MAX_PAYLOAD_BYTES) return undefined;
    return { length, synced: bytes.readUIntLE(8, 6), payloadChecksum: bytes.readUInt32LE(14) };
  }

  isIntact(header: RecordHeader, payload: Buffer): boolean {
    return crc32(payload, this.salt) === header.payloadChecksum;
  }

  private headerChecksum(header: Buffer, offset: number): number {
    const place = Buffer.alloc(6);
    place.writeUIntLE(offset, 0, 6);
    return crc32(header.subarray(0, 18), crc32(place, this.salt));
  }
}
