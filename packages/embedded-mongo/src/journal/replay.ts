import type { UUID } from 'bson';
import type { Change } from '../storage/change';
import type { StoredCollection } from '../storage/collection';
import { parseIndex } from '../storage/index-definition';
import type { IndexDefinition } from '../storage/index-definition';
import type { Store } from '../storage/store';
import { UnknownChangeError } from './change-codec';

interface ReplayedCollection extends StoredCollection {
  database: string;
  name: string;
  documents: Map<string, Buffer>;
  indexes: Map<string, IndexDefinition>;
}

/** Repeats changes without indexes and without decoding documents, of which many will be gone in the end. */
export class Replay {
  private readonly collections = new Map<string, ReplayedCollection>();

  /** @throws UnknownChangeError for a change of what is not there */
  apply(change: Change): void {
    switch (change.kind) {
      case 'create':
        this.create(change);
        break;
      case 'drop':
        this.collections.delete(change.collection.toHexString());
        break;
      case 'createIndex': {
        const definition = parseIndex(change.specification);
        this.of(change.collection).indexes.set(definition.name, definition);
        break;
      }
      case 'dropIndex':
        this.of(change.collection).indexes.delete(change.name);
        break;
      case 'put':
        this.of(change.collection).documents.set(change.recordId, change.bytes);
        break;
      case 'remove':
        this.of(change.collection).documents.delete(change.recordId);
        break;
    }
  }

  /** Gives what is there in the end to an empty store. */
  restore(store: Store): void {
    for (const { database, name, ...stored } of this.collections.values()) {
      store.restore(database, name, stored);
    }
  }

  private create({ collection: uuid, database, name }: Extract<Change, { kind: 'create' }>): void {
    const documents = new Map<string, Buffer>();
    const indexes = new Map<string, IndexDefinition>();
    this.collections.set(uuid.toHexString(), { uuid, database, name, documents, indexes });
  }

  private of(uuid: UUID): ReplayedCollection {
    const collection = this.collections.get(uuid.toHexString());
    if (!collection) throw new UnknownChangeError('a change of an unknown collection');
    return collection;
  }
}
