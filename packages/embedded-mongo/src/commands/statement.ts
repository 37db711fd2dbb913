import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import { matchedPosition } from '../filter/positions';
import type { Collection } from '../storage/collection';
import type { Entry } from '../storage/entry';
import type { SortField } from '../storage/sort';
import { applyModifications } from '../update/compile';
import type { Update } from '../update/compile';
import { seedDocument, seedId } from '../update/upsert';
import { decodeDocument } from '../values/decode';
import { encodeDocument } from '../values/encode';
import { equalValues } from '../values/order';
import { toStorable } from '../values/storable';
import type { Document, Value } from '../values/value';
import { renumbered } from './renumbered';

/** One update: of the first document that matches, or of all. */
export interface UpdateStatement {
  filter: Document;
  update: Update;
  sort?: readonly SortField[];
  multi: boolean;
  upsert: boolean;
}

const UPDATE_CODES = { BSONObjectTooLarge: 17419 };
const UPSERT_CODES = { BSONObjectTooLarge: 17420 };

/** What an update did. */
export interface UpdateResult {
  matched: number;
  modified: number;
  /** The document before the update, if there was one; of several the last. */
  before?: Document;
  /** The document after the update or the upsert. */
  after?: Document;
  /** The `_id` of the document that the upsert inserted. */
  upsertedId?: Value;
}

/**
 * Runs one update statement.
 * @param collection undefined where there is none, and none to be made
 * @throws CommandError; documents that were updated before it stay updated, as in MongoDB
 */
export function runUpdate(
  collection: Collection | undefined,
  statement: UpdateStatement,
): UpdateResult {
  const { filter, sort = [], multi, upsert, update } = statement;
  if (multi && update.kind === 'replacement') {
    throw new CommandError(
      'FailedToParse',
      'multi update is not supported for replacement-style update',
    );
  }
  if (!collection) {
    compileFilter(filter);
    return { matched: 0, modified: 0 };
  }
  const entries = collection.find({ filter, sort, limit: multi ? 0 : 1 });
  if (entries.length === 0 && upsert) return insertNew(collection, statement);
  const result: UpdateResult = { matched: entries.length, modified: 0 };
  for (const entry of entries) {
    result.before = entry.document;
    const { document, rewritten } = updated(entry, statement);
    const isOther = renumbered(UPDATE_CODES, () => collection.replace(entry, document));
    if (isOther || rewritten) result.modified += 1;
    result.after = entry.document;
  }
  return result;
}

/** The document an update makes of an entry, and whether that counts as a change in any case. */
function updated(
  entry: Entry,
  { update, filter }: UpdateStatement,
): { document: Document; rewritten: boolean } {
  const id = entry.document.get('_id') ?? null;
  if (update.kind === 'replacement') {
    return { document: toStorable(withId(update.document, id)), rewritten: false };
  }
  const document = decodeDocument(entry.bytes);
  const rewritten = applyModifications(update.modifications, document, false, () =>
    matchedPosition(filter, entry.document),
  );
  refuseNewId(id, document.get('_id'));
  return { document: toStorable(document), rewritten };
}

function insertNew(collection: Collection, { update, filter }: UpdateStatement): UpdateResult {
  const document = toStorable(
    update.kind === 'replacement'
      ? withId(update.document, seedId(filter))
      : seeded(filter, update.modifications),
  );
  renumbered(UPSERT_CODES, () => collection.insert(document));
  return { matched: 0, modified: 0, after: document, upsertedId: document.get('_id') ?? null };
}

/** The fields the filter is equal to, then the update on top of them. */
function seeded(
  filter: Document,
  modifications: Extract<Update, { kind: 'operators' }>['modifications'],
): Document {
  // A copy: the filter must not change with the document that grows out of its values.
  const document = decodeDocument(encodeDocument(seedDocument(filter)));
  const id = document.get('_id');
  applyModifications(modifications, document, true, () => undefined);
  if (id !== undefined) refuseNewId(id, document.get('_id'));
  return document;
}

/** The replacement under the `_id` that it must have, if there is one yet. */
function withId(document: Document, id: Value | undefined): Document {
  if (id === undefined) return document;
  if (document.has('_id')) refuseNewId(id, document.get('_id'));
  return new Map([...document, ['_id', id]]);
}

function refuseNewId(before: Value, after: Value | undefined): void {
  if (after !== undefined && equalValues(before, after)) return;
  throw new CommandError(
    'ImmutableField',
    "Performing an update on the path '_id' would modify the immutable field '_id'",
  );
}
