import { BSON, Long } from 'bson';
import { CommandError } from '../errors';

/** Documents of the first batch when the client does not say. */
const FIRST_BATCH = 101;
/** A batch must leave room in a 16 MiB answer for what is around it. */
const BATCH_BYTES = 16_000_000;
/** MongoDB ends a cursor that is idle for ten minutes. */
const IDLE_MILLISECONDS = 10 * 60 * 1000;

/** The rest of a result that did not fit into the first batch. */
interface Cursor {
  namespace: string;
  documents: readonly Buffer[];
  /** Where the next batch begins. */
  at: number;
  usedAt: Date;
}

/** What the client asks of a cursor's first batch. */
export interface BatchRequest {
  batchSize?: number | undefined;
  /** No further batches, however much is left. */
  singleBatch?: boolean;
}

/** The open cursors of all connections. A result is complete when its cursor opens. */
export class Cursors {
  private readonly open = new Map<bigint, Cursor>();
  private lastId = 0n;

  constructor(private readonly now: () => Date) {}

  /** The answer with the first batch of a result; what is left waits for getMore. */
  first(namespace: string, documents: readonly Buffer[], request: BatchRequest = {}): Buffer {
    const cursor: Cursor = { namespace, documents, at: 0, usedAt: this.now() };
    const batch = takeBatch(cursor, request.batchSize ?? FIRST_BATCH);
    const isDone = request.singleBatch === true || cursor.at === documents.length;
    if (isDone) return cursorReply('firstBatch', 0n, namespace, batch);
    this.lastId += 1n;
    this.open.set(this.lastId, cursor);
    return cursorReply('firstBatch', this.lastId, namespace, batch);
  }

  /**
   * The answer with the next batch.
   * @throws CommandError CursorNotFound; Unauthorized for a cursor of another collection
   */
  next(id: bigint, namespace: string, batchSize: number | undefined): Buffer {
    const cursor = this.open.get(id);
    if (!cursor) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    if (cursor.namespace !== namespace) {
      throw new CommandError(
        'Unauthorized',
        `Requested getMore on namespace '${namespace}', but cursor belongs to a different ` +
          `namespace ${cursor.namespace}`,
      );
    }
    cursor.usedAt = this.now();
    const batch = takeBatch(cursor, batchSize === 0 ? undefined : batchSize);
    const isDone = cursor.at === cursor.documents.length;
    if (isDone) this.open.delete(id);
    return cursorReply('nextBatch', isDone ? 0n : id, namespace, batch);
  }

  /** @returns whether the cursor was there */
  kill(id: bigint): boolean {
    return this.open.delete(id);
  }

  killIdle(): void {
    const limit = this.now().getTime() - IDLE_MILLISECONDS;
    for (const [id, cursor] of this.open) {
      if (cursor.usedAt.getTime() < limit) this.open.delete(id);
    }
  }
}

function takeBatch(cursor: Cursor, size = Infinity): readonly Buffer[] {
  const { documents, at: start } = cursor;
  let bytes = 0;
  while (cursor.at < documents.length && cursor.at - start < size) {
    bytes += documents[cursor.at]?.length ?? 0;
    if (bytes > BATCH_BYTES && cursor.at > start) break;
    cursor.at += 1;
  }
  return documents.slice(start, cursor.at);
}

/** `{cursor: {[batch]: [...], id, ns}, ok: 1}` around documents that are bytes already. */
function cursorReply(
  batch: 'firstBatch' | 'nextBatch',
  id: bigint,
  namespace: string,
  documents: readonly Buffer[],
): Buffer {
  const items = documents.flatMap((document, index) => [
    elementHead(0x03, String(index)),
    document,
  ]);
  const rest = fieldsOf({ id: Long.fromBigInt(id), ns: namespace });
  const cursor = documentOf([elementHead(0x04, batch), documentOf(items), rest]);
  return documentOf([elementHead(0x03, 'cursor'), cursor, fieldsOf({ ok: 1 })]);
}

function elementHead(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');
}

/** The encoded fields of a document without its frame. */
function fieldsOf(document: Record<string, unknown>): Uint8Array {
  return BSON.serialize(document).subarray(4, -1);
}

function documentOf(elements: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(4), ...elements, Buffer.alloc(1)]);
  body.writeInt32LE(body.length, 0);
  return body;
}
