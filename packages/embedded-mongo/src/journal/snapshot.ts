import type { Change } from '../storage/change';
import type { Collection } from '../storage/collection';
import { ID_INDEX } from '../storage/index-definition';
import type { Store } from '../storage/store';

/** Bytes of documents that go into one record. */
const RECORD_BYTES = 1 << 20;

/** The changes that make the store what it is, in portions of a record each. */
export function* snapshotOf(store: Store): Generator<Change[]> {
  for (const { database, name, collection } of store.everything()) {
    yield [
      { kind: 'create', collection: collection.uuid, database, name },
      ...indexesOf(collection),
    ];
    yield* documentsOf(collection);
  }
}

function indexesOf({ uuid, indexes }: Collection): Change[] {
  return [...indexes.values()]
    .filter(({ definition }) => definition.name !== ID_INDEX)
    .map(({ definition: { specification } }) => ({
      kind: 'createIndex',
      collection: uuid,
      specification,
    }));
}

function* documentsOf(collection: Collection): Generator<Change[]> {
  let portion: Change[] = [];
  let size = 0;
  for (const { recordId, bytes } of collection.all()) {
    portion.push({ kind: 'put', collection: collection.uuid, recordId, bytes });
    size += bytes.length;
    if (size < RECORD_BYTES) continue;
    yield portion;
    portion = [];
    size = 0;
  }
  if (portion.length > 0) yield portion;
}
