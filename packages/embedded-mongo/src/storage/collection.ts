import { UUID } from 'bson';
import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import { conjunctsOf } from '../filter/conjuncts';
import { encodeDocument } from '../values/encode';
import { shellText } from '../values/shell-text';
import type { Document } from '../values/value';
import type { Change, ChangeLog } from './change';
import { CollectionIndex } from './collection-index';
import type { IndexKey } from './collection-index';
import { Entry, recordId, recordNumber } from './entry';
import { ID_INDEX, idIndex } from './index-definition';
import type { IndexDefinition } from './index-definition';
import { candidates, choosePlan } from './planner';
import type { IndexPlan } from './planner';
import { sortBy } from './sort';
import type { SortField } from './sort';

/** Which documents to read, in which order. */
export interface Query {
  filter: Document;
  sort?: readonly SortField[];
  /** Documents to leave out at the beginning. */
  skip?: number;
  /** The most documents to return; 0 or missing is all. */
  limit?: number;
}

/** What is known of a collection from before: its documents by their record ids, in the order of insertion. */
export interface StoredCollection {
  uuid: UUID;
  documents: ReadonlyMap<string, Buffer>;
  /** All but the one on `_id`. */
  indexes: ReadonlyMap<string, IndexDefinition>;
}

/** The documents of one collection and its indexes, always in step. */
export class Collection {
  private readonly built = new Map<string, CollectionIndex>();
  private readonly entries = new Set<Entry>();
  /** Whether the entries stand in the order of insertion; a removal that was taken back disturbs it. */
  private isOrdered = true;
  private inserted = 0;

  /**
   * @param namespace `database.collection`, as messages name it
   * @param changes is told of every change
   */
  constructor(
    readonly namespace: string,
    private readonly changes?: ChangeLog,
    readonly uuid = new UUID(),
  ) {
    this.built.set(ID_INDEX, new CollectionIndex(idIndex()));
  }

  /** A collection as it was before. Its indexes are built when they are first asked for. */
  static restore(namespace: string, stored: StoredCollection, changes?: ChangeLog): Collection {
    const collection = new Collection(namespace, changes, stored.uuid);
    for (const [id, bytes] of stored.documents) {
      collection.entries.add(new Entry(id, bytes));
      collection.inserted = Math.max(collection.inserted, recordNumber(id) + 1);
    }
    for (const definition of [idIndex(), ...stored.indexes.values()]) {
      const index = new CollectionIndex(definition, () => collection.entries);
      collection.built.set(definition.name, index);
    }
    return collection;
  }

  get size(): number {
    return this.entries.size;
  }

  get indexes(): ReadonlyMap<string, CollectionIndex> {
    return this.built;
  }

  /** All entries, in the order of insertion. */
  all(): Iterable<Entry> {
    if (!this.isOrdered) {
      const ordered = [...this.entries].sort((a, b) => (a.recordId < b.recordId ? -1 : 1));
      this.entries.clear();
      for (const entry of ordered) this.entries.add(entry);
      this.isOrdered = true;
    }
    return this.entries;
  }

  /**
   * Stores a new document.
   * @throws CommandError DuplicateKey when a unique index has its key already
   */
  insert(document: Document): Entry {
    const entry = new Entry(recordId(this.inserted++), encodeDocument(document), document);
    this.add(entry);
    this.record(this.put(entry), () => {
      this.take(entry);
    });
    return entry;
  }

  /**
   * Gives an entry a new document.
   * @returns whether anything changed
   * @throws CommandError DuplicateKey, and then nothing has changed
   */
  replace(entry: Entry, document: Document): boolean {
    const bytes = encodeDocument(document);
    const { bytes: bytesBefore, document: documentBefore } = entry;
    if (bytes.equals(bytesBefore)) return false;
    this.change(entry, document, bytes);
    this.record(this.put(entry), () => {
      this.change(entry, documentBefore, bytesBefore);
    });
    return true;
  }

  remove(entry: Entry): void {
    this.take(entry);
    const change = { kind: 'remove', collection: this.uuid, recordId: entry.recordId } as const;
    this.record(change, () => {
      this.add(entry);
      this.isOrdered = false;
    });
  }

  /** The entries that match, read at once: later changes do not disturb the list. */
  find({ filter, sort = [], skip = 0, limit = 0 }: Query): Entry[] {
    const matches = compileFilter(filter);
    const plan = this.plan(filter, sort);
    const end = limit === 0 ? Infinity : skip + limit;
    const mayStop = sort.length === 0 || plan?.sorted === true;
    const found: Entry[] = [];
    for (const entry of plan ? candidates(plan) : this.all()) {
      if (mayStop && found.length >= end) break;
      if (matches(entry.document)) found.push(entry);
    }
    const ordered = mayStop ? found : sortBy(found, ({ document }) => document, sort);
    return skip === 0 && ordered.length <= end ? ordered : ordered.slice(skip, end);
  }

  /** The index that `find` would take, or undefined for a scan of all documents. */
  plan(filter: Document, sort: readonly SortField[] = []): IndexPlan | undefined {
    return choosePlan(this.built.values(), conjunctsOf(filter), sort);
  }

  /**
   * Builds an index over the documents there are.
   * @throws CommandError DuplicateKey when they break its uniqueness; then there is no index
   */
  addIndex(definition: IndexDefinition): void {
    const index = new CollectionIndex(definition);
    for (const entry of this.entries) {
      const keys = index.keysOf(entry.document);
      this.refuseDuplicate(index, keys, entry);
      index.add(keys, entry);
    }
    const { name, specification } = definition;
    this.built.set(name, index);
    this.record({ kind: 'createIndex', collection: this.uuid, specification }, () => {
      this.built.delete(name);
    });
  }

  dropIndex(name: string): void {
    const before = [...this.built];
    this.built.delete(name);
    this.record({ kind: 'dropIndex', collection: this.uuid, name }, () => {
      this.built.clear();
      for (const [key, index] of before) this.built.set(key, index);
    });
  }

  private add(entry: Entry): void {
    this.reindex(entry, entry.document);
    this.entries.add(entry);
  }

  private change(entry: Entry, document: Document, bytes: Buffer): void {
    this.reindex(entry, document);
    entry.replace(document, bytes);
  }

  private take(entry: Entry): void {
    for (const index of this.built.values()) index.remove(index.keysOf(entry.document), entry);
    this.entries.delete(entry);
  }

  private put({ recordId, bytes }: Entry): Change {
    return { kind: 'put', collection: this.uuid, recordId, bytes };
  }

  private record(change: Change, undo: () => void): void {
    this.changes?.record(change, undo);
  }

  /** Moves an entry to the keys of a document; checks every index before it touches one. */
  private reindex(entry: Entry, document: Document): void {
    const isStored = this.entries.has(entry);
    const moves = [...this.built.values()].map((index) => ({
      index,
      before: isStored ? index.keysOf(entry.document) : [],
      after: index.keysOf(document),
    }));
    for (const { index, after } of moves) this.refuseDuplicate(index, after, entry);
    for (const { index, before, after } of moves) {
      index.remove(before, entry);
      index.add(after, entry);
    }
  }

  private refuseDuplicate(index: CollectionIndex, keys: readonly IndexKey[], entry: Entry): void {
    const conflict = index.conflict(keys, entry);
    if (!conflict) return;
    const { name, fields, specification } = index.definition;
    const keyValue: Document = new Map(
      fields.map((field, position) => [field, conflict.values[position] ?? null]),
    );
    throw new CommandError(
      'DuplicateKey',
      `E11000 duplicate key error collection: ${this.namespace} index: ${name} ` +
        `dup key: ${shellText(keyValue)}`,
      { keyPattern: specification.get('key'), keyValue },
    );
  }
}
