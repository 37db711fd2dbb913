import { decodeDocument } from '../values/decode';
import type { Document, Value } from '../values/value';
import { HEADER_BYTES, MalformedFrameError } from './frames';

const OP_REPLY = 1;
/** The operation of the first hello; everything after it is OP_MSG. */
const OP_QUERY = 2004;
const OP_MSG = 2013;

/** Flags of OP_MSG. The lower sixteen must be understood, the upper may be ignored. */
const CHECKSUM_PRESENT = 1;
const MORE_TO_COME = 2;
const MUST_UNDERSTAND = 0xffff;

/** Flag of OP_REPLY that every server sets. */
const AWAIT_CAPABLE = 8;

/** A request: one command. */
export interface Message {
  requestId: number;
  /** Whether the answer must have the old form. */
  isLegacy: boolean;
  /** The client does not want to hear how it went (write concern 0). */
  wantsNoReply: boolean;
  /**
   * Decodes the command.
   * @throws CommandError for BSON that is refused, which can be answered
   * @throws MalformedBsonError for bytes that are not BSON, which cannot
   */
  body: () => Document;
}

/**
 * Reads the outside of a request.
 * @throws MalformedFrameError when it is none
 */
export function parseMessage(frame: Buffer): Message {
  const requestId = frame.readInt32LE(4);
  const operation = frame.readInt32LE(12);
  if (operation === OP_MSG) return parseMsg(frame, requestId);
  if (operation === OP_QUERY) return parseQuery(frame, requestId);
  throw new MalformedFrameError(`operation ${operation} is not supported`);
}

/** Frames an answer to a request. */
export function frameReply(request: Message, replyId: number, body: Buffer): Buffer {
  const envelope = request.isLegacy ? legacyEnvelope() : Buffer.alloc(5);
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeInt32LE(HEADER_BYTES + envelope.length + body.length, 0);
  header.writeInt32LE(replyId, 4);
  header.writeInt32LE(request.requestId, 8);
  header.writeInt32LE(request.isLegacy ? OP_REPLY : OP_MSG, 12);
  return Buffer.concat([header, envelope, body]);
}

/** Flags, cursor id, starting position, number of documents. */
function legacyEnvelope(): Buffer {
  const envelope = Buffer.alloc(20);
  envelope.writeInt32LE(AWAIT_CAPABLE, 0);
  envelope.writeInt32LE(1, 16);
  return envelope;
}

/** Flags, then sections: one document, and any number of sequences that are arrays of it. */
function parseMsg(frame: Buffer, requestId: number): Message {
  const flags = frame.readUInt32LE(HEADER_BYTES);
  const unknown = flags & MUST_UNDERSTAND & ~(CHECKSUM_PRESENT | MORE_TO_COME);
  if (unknown !== 0) throw new MalformedFrameError(`unknown flags ${unknown}`);
  const end = flags & CHECKSUM_PRESENT ? frame.length - 4 : frame.length;
  const bodies: Buffer[] = [];
  const sequences: Buffer[] = [];
  for (let at = HEADER_BYTES + 4; at < end;) {
    const section = sized(frame, at + 1, end);
    const kind = frame.readUInt8(at);
    if (kind > 1) throw new MalformedFrameError(`section of unknown kind ${kind}`);
    (kind === 0 ? bodies : sequences).push(section);
    at += 1 + section.length;
  }
  const [body] = bodies;
  if (!body || bodies.length > 1) throw new MalformedFrameError('message without one body');
  return {
    requestId,
    isLegacy: false,
    wantsNoReply: (flags & MORE_TO_COME) !== 0,
    body: () => decodeBody(body, sequences),
  };
}

function decodeBody(bytes: Buffer, sequences: readonly Buffer[]): Document {
  const body = decodeDocument(bytes);
  for (const sequence of sequences) {
    const nameEnd = sequence.indexOf(0, 4);
    const name = sequence.toString('utf8', 4, nameEnd);
    if (nameEnd < 0 || body.has(name)) throw new MalformedFrameError('sequence of a wrong name');
    body.set(name, decodeSequence(sequence, nameEnd + 1));
  }
  return body;
}

/** Documents back to back. */
function decodeSequence(section: Buffer, start: number): Value[] {
  const documents: Value[] = [];
  for (let at = start; at < section.length;) {
    const document = sized(section, at, section.length);
    documents.push(decodeDocument(document));
    at += document.length;
  }
  return documents;
}

/** Flags, collection (always `<database>.$cmd`), skip, limit, then the command. */
function parseQuery(frame: Buffer, requestId: number): Message {
  const nameStart = HEADER_BYTES + 4;
  const nameEnd = frame.indexOf(0, nameStart);
  const namespace = frame.toString('utf8', nameStart, nameEnd);
  if (nameEnd < 0 || !namespace.endsWith('.$cmd')) {
    throw new MalformedFrameError('query that is no command');
  }
  const command = sized(frame, nameEnd + 9, frame.length);
  const database = namespace.slice(0, -'.$cmd'.length);
  return {
    requestId,
    isLegacy: true,
    wantsNoReply: false,
    body: () => decodeDocument(command).set('$db', database),
  };
}

/** The bytes of something that begins with its own length. */
function sized(bytes: Buffer, at: number, end: number): Buffer {
  const length = at + 4 <= end ? bytes.readInt32LE(at) : 0;
  if (length < 5 || at + length > end) throw new MalformedFrameError('section of a wrong size');
  return bytes.subarray(at, at + length);
}
