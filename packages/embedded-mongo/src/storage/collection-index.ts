import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import type { Predicate } from '../filter/compile';
import { ABOVE_ALL } from '../values/order';
import { parsePath } from '../values/path';
import type { Path } from '../values/path';
import type { Document, Value } from '../values/value';
import type { Entry } from './entry';
import { fieldKeys } from './field-keys';
import type { FieldKeys } from './field-keys';
import type { IndexDefinition } from './index-definition';
import { OrderedMap } from './ordered-map';
import { openSharedArray } from './shared-array';

/** One key of a document in an index, with the values it was made of. */
export interface IndexKey {
  text: string;
  values: Value[];
}

/** The filter of an index that is not partial. */
const EVERYTHING: Document = new Map<string, Value>();

/** An index of a collection: order keys of the indexed fields, each followed by the record id. */
export class CollectionIndex {
  private readonly entries = new OrderedMap<Entry>();
  private readonly paths: readonly Path[];
  private readonly covers: Predicate;
  private sawArray = false;
  private sawSharedArray = false;

  /**
   * @param unread the documents there are already; they are read when the index is first asked, so that those who do
   * not ask do not pay. Missing: there are none.
   */
  constructor(
    readonly definition: IndexDefinition,
    private unread?: () => Iterable<Entry>,
  ) {
    this.paths = definition.fields.map(parsePath);
    this.covers = compileFilter(definition.partialFilterExpression ?? EVERYTHING);
  }

  /** Whether a document with an array on an indexed path was ever seen; then ranges are no use. */
  get multikey(): boolean {
    this.build();
    return this.sawArray;
  }

  /**
   * Whether a document with several indexed fields in one array was ever seen. Its keys hold what one element holds,
   * but a filter on two fields may be met by two elements, so only the first field's bounds are safe.
   */
  get sharesArray(): boolean {
    this.build();
    return this.sawSharedArray;
  }

  /**
   * The keys a document has in this index; none if the index is sparse or partial and leaves the
   * document out.
   * @throws CommandError CannotIndexParallelArrays for arrays in two indexed fields
   */
  keysOf(document: Document): IndexKey[] {
    if (!this.covers(document)) return [];
    const fields = this.fieldsOf(document);
    if (this.definition.sparse && !fields.some(({ present }) => present)) return [];
    return this.keysFrom(document, fields);
  }

  /** The first of the keys that belongs to another document, if the index is unique. */
  conflict(keys: readonly IndexKey[], self: Entry): IndexKey | undefined {
    if (!this.definition.unique) return undefined;
    return keys.find(({ text }) => {
      for (const entry of this.scan(text, text + ABOVE_ALL)) if (entry !== self) return true;
      return false;
    });
  }

  /** While the documents are unread, there is nothing to keep in step: reading them will find the entry. */
  add(keys: readonly IndexKey[], entry: Entry): void {
    if (this.unread) return;
    for (const { text } of keys) this.entries.set(text + entry.recordId, entry);
  }

  remove(keys: readonly IndexKey[], entry: Entry): void {
    if (this.unread) return;
    for (const { text } of keys) this.entries.delete(text + entry.recordId);
  }

  /** Entries whose key is in [from, to), in the order of the index. */
  scan(from: string, to: string, direction: 1 | -1 = 1): Iterable<Entry> {
    this.build();
    return direction === 1 ? this.entries.ascending(from, to) : this.entries.descending(from, to);
  }

  /** Sorted before they go in: keys that grow are the cheapest to add. */
  private build(): void {
    if (!this.unread) return;
    const keys: { text: string; entry: Entry }[] = [];
    for (const entry of this.unread()) {
      for (const { text } of this.keysOf(entry.document)) {
        keys.push({ text: text + entry.recordId, entry });
      }
    }
    keys.sort((a, b) => (a.text < b.text ? -1 : 1));
    for (const { text, entry } of keys) this.entries.set(text, entry);
    this.unread = undefined;
  }

  private fieldsOf(document: Document): FieldKeys[] {
    return this.paths.map((path) => fieldKeys(document, path));
  }

  private keysFrom(document: Document, fields: readonly FieldKeys[]): IndexKey[] {
    const arrays = this.paths.filter((_path, index) => fields[index]?.multikey);
    if (arrays.length > 0) this.sawArray = true;
    if (arrays.length <= 1) return combine(fields);
    const documents = openSharedArray(document, arrays);
    if (documents) {
      this.sawSharedArray = true;
      return distinct(documents.flatMap((opened) => this.keysFrom(opened, this.fieldsOf(opened))));
    }
    const names = arrays.map((path) => `[${path.join('.')}]`);
    throw new CommandError(
      'CannotIndexParallelArrays',
      `cannot index parallel arrays ${names.join(' ')}`,
    );
  }
}

/** Every combination of the keys of the fields. */
function combine(fields: readonly FieldKeys[]): IndexKey[] {
  return fields.reduce<IndexKey[]>(
    (keys, { values }) =>
      keys.flatMap((key) =>
        [...values].map(([text, value]) => ({
          text: key.text + text,
          values: [...key.values, value],
        })),
      ),
    [{ text: '', values: [] }],
  );
}

function distinct(keys: readonly IndexKey[]): IndexKey[] {
  return [...new Map(keys.map((key) => [key.text, key])).values()];
}
