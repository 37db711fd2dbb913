import { UUID } from 'bson';
import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import { conjunctsOf } from '../filter/conjuncts';
import { encodeDocument } from '../values/encode';
import { shellText } from '../values/shell-text';
import type { Document } from '../values/value';
import { CollectionIndex } from './collection-index';
import type { IndexKey } from './collection-index';
import { recordId } from './entry';
import type { Entry } from './entry';
import { idIndex } from './index-definition';
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

/** The documents of one collection and its indexes, always in step. */
export class Collection {
  readonly uuid = new UUID();
  readonly indexes = new Map<string, CollectionIndex>();
  private readonly entries = new Set<Entry>();
  private inserted = 0;

  /** @param namespace `database.collection`, as messages name it */
  constructor(readonly namespace: string) {
    this.addIndex(idIndex());
  }

  get size(): number {
    return this.entries.size;
  }

  /**
   * Stores a new document.
   * @throws CommandError DuplicateKey when a unique index has its key already
   */
  insert(document: Document): Entry {
    const bytes = encodeDocument(document);
    const entry: Entry = { recordId: recordId(this.inserted++), document, bytes };
    this.reindex(entry, document);
    this.entries.add(entry);
    return entry;
  }

  /**
   * Gives an entry a new document.
   * @returns whether anything changed
   * @throws CommandError DuplicateKey, and then nothing has changed
   */
  replace(entry: Entry, document: Document): boolean {
    const bytes = encodeDocument(document);
    if (bytes.equals(entry.bytes)) return false;
    this.reindex(entry, document);
    entry.document = document;
    entry.bytes = bytes;
    return true;
  }

  remove(entry: Entry): void {
    for (const index of this.indexes.values()) index.remove(index.keysOf(entry.document), entry);
    this.entries.delete(entry);
  }

  /** The entries that match, read at once: later changes do not disturb the list. */
  find({ filter, sort = [], skip = 0, limit = 0 }: Query): Entry[] {
    const matches = compileFilter(filter);
    const plan = this.plan(filter, sort);
    const end = limit === 0 ? Infinity : skip + limit;
    const mayStop = sort.length === 0 || plan?.sorted === true;
    const found: Entry[] = [];
    for (const entry of plan ? candidates(plan) : this.entries) {
      if (mayStop && found.length >= end) break;
      if (matches(entry.document)) found.push(entry);
    }
    const ordered = mayStop ? found : sortBy(found, ({ document }) => document, sort);
    return skip === 0 && ordered.length <= end ? ordered : ordered.slice(skip, end);
  }

  /** The index that `find` would take, or undefined for a scan of all documents. */
  plan(filter: Document, sort: readonly SortField[] = []): IndexPlan | undefined {
    return choosePlan(this.indexes.values(), conjunctsOf(filter), sort);
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
    this.indexes.set(definition.name, index);
  }

  /** Moves an entry to the keys of a document; checks every index before it touches one. */
  private reindex(entry: Entry, document: Document): void {
    const isStored = this.entries.has(entry);
    const changes = [...this.indexes.values()].map((index) => ({
      index,
      before: isStored ? index.keysOf(entry.document) : [],
      after: index.keysOf(document),
    }));
    for (const { index, after } of changes) this.refuseDuplicate(index, after, entry);
    for (const { index, before, after } of changes) {
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
