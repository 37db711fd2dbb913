import { UUID } from 'bson';
import type { Change } from '../storage/change';
import { decodeDocument } from '../values/decode';
import { encodeDocument } from '../values/encode';
import { isDocument } from '../values/value';
import type { Value } from '../values/value';

/** The first byte of a change is the place of its kind in this list, which may only grow at its end. */
const KINDS = ['create', 'drop', 'createIndex', 'dropIndex', 'put', 'remove'] as const;
const UUID_BYTES = 16;
/** Three characters of two bytes. */
const RECORD_ID_BYTES = 6;

/** The bytes are no changes, though their checksum is right: they were written by something else. */
export class UnknownChangeError extends Error {}

/** The bytes of some changes, in their order; documents are not copied. */
export function encodeChanges(changes: readonly Change[]): Buffer[] {
  return changes.flatMap((change) => {
    const kind = Buffer.of(KINDS.indexOf(change.kind));
    return [kind, Buffer.from(change.collection.buffer), ...encodeContent(change)];
  });
}

function encodeContent(change: Change): Buffer[] {
  switch (change.kind) {
    case 'create':
      return [encodeFields({ database: change.database, name: change.name })];
    case 'createIndex':
      return [encodeFields({ specification: change.specification })];
    case 'dropIndex':
      return [encodeFields({ name: change.name })];
    case 'put':
      return [Buffer.from(change.recordId, 'utf16le'), change.bytes];
    case 'remove':
      return [Buffer.from(change.recordId, 'utf16le')];
    case 'drop':
      return [];
  }
}

function encodeFields(fields: Record<string, Value>): Buffer {
  return encodeDocument(new Map(Object.entries(fields)));
}

/**
 * The changes that `encodeChanges` made these bytes of. Their documents are parts of the bytes.
 * @throws UnknownChangeError
 */
export function* decodeChanges(bytes: Buffer): Generator<Change> {
  const reader = new ChangeReader(bytes);
  while (!reader.isAtEnd) yield reader.change();
}

class ChangeReader {
  private offset = 0;

  constructor(private readonly bytes: Buffer) {}

  get isAtEnd(): boolean {
    return this.offset === this.bytes.length;
  }

  change(): Change {
    const kind = KINDS[this.take(1).readUInt8()];
    if (kind === undefined) throw new UnknownChangeError('a change of an unknown kind');
    const collection = new UUID(Uint8Array.from(this.take(UUID_BYTES)));
    switch (kind) {
      case 'create':
        return { kind, collection, ...this.texts('database', 'name') };
      case 'createIndex':
        return { kind, collection, specification: this.specification() };
      case 'dropIndex':
        return { kind, collection, ...this.texts('name') };
      case 'put':
        return { kind, collection, recordId: this.recordId(), bytes: this.document() };
      case 'remove':
        return { kind, collection, recordId: this.recordId() };
      case 'drop':
        return { kind, collection };
    }
  }

  private texts<Name extends string>(...names: Name[]): Record<Name, string> {
    const document = decodeDocument(this.document());
    const texts = names.map((name) => {
      const text = document.get(name);
      if (typeof text !== 'string') throw new UnknownChangeError(`a change without ${name}`);
      return [name, text] as const;
    });
    return Object.fromEntries(texts) as Record<Name, string>;
  }

  private specification(): Extract<Change, { kind: 'createIndex' }>['specification'] {
    const found = decodeDocument(this.document()).get('specification');
    if (!isDocument(found)) throw new UnknownChangeError('an index without a specification');
    return found;
  }

  private recordId(): string {
    return this.take(RECORD_ID_BYTES).toString('utf16le');
  }

  /** A BSON document begins with its length. */
  private document(): Buffer {
    const length = this.take(4).readInt32LE();
    this.offset -= 4;
    return this.take(length);
  }

  private take(length: number): Buffer {
    const start = this.offset;
    if (length < 0 || start + length > this.bytes.length) {
      throw new UnknownChangeError('a change that is cut short');
    }
    this.offset = start + length;
    return this.bytes.subarray(start, this.offset);
  }
}
