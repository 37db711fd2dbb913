import { CommandError } from '../errors';
import { orderKey, typeRank } from '../values/order';
import type { ChangeLog } from './change';
import { Collection } from './collection';
import type { StoredCollection } from './collection';

/** All databases. A database exists as long as it has a collection. */
export class Store {
  private readonly databases = new Map<string, Map<string, Collection>>();

  /** @param changes is told of every change */
  constructor(private readonly changes?: ChangeLog) {}

  /** Every collection there is, with the names of its database and of itself. */
  *everything(): Generator<{ database: string; name: string; collection: Collection }> {
    for (const [database, collections] of this.databases) {
      for (const [name, collection] of collections) yield { database, name, collection };
    }
  }

  collections(database: string): ReadonlyMap<string, Collection> {
    return this.databases.get(database) ?? new Map<string, Collection>();
  }

  collection(database: string, name: string): Collection | undefined {
    return this.databases.get(database)?.get(name);
  }

  /**
   * The collection, made if it is not there yet.
   * @throws CommandError InvalidNamespace for a name MongoDB does not take
   */
  ensure(database: string, name: string): Collection {
    const existing = this.collection(database, name);
    if (existing) return existing;
    const namespace = `${database}.${name}`;
    if (/^$|[/\\. "$*<>:|?]|\0/.test(database) || /^$|^\.|^system\.|[$\0]/.test(name)) {
      throw new CommandError('InvalidNamespace', `Invalid namespace specified '${namespace}'`);
    }
    const collection = new Collection(namespace, this.changes);
    this.collectionsOf(database).set(name, collection);
    const change = { kind: 'create', collection: collection.uuid, database, name } as const;
    this.changes?.record(change, () => this.collectionsOf(database).delete(name));
    return collection;
  }

  /** Puts back a collection as it was before. */
  restore(database: string, name: string, stored: StoredCollection): void {
    const collection = Collection.restore(`${database}.${name}`, stored, this.changes);
    this.collectionsOf(database).set(name, collection);
  }

  /** @returns the collection that was dropped, if there was one */
  drop(database: string, name: string): Collection | undefined {
    const dropped = this.collection(database, name);
    if (!dropped) return undefined;
    this.collectionsOf(database).delete(name);
    const change = { kind: 'drop', collection: dropped.uuid } as const;
    this.changes?.record(change, () => this.collectionsOf(database).set(name, dropped));
    return dropped;
  }

  dropDatabase(database: string): void {
    for (const name of [...this.collections(database).keys()]) this.drop(database, name);
  }

  /** Removes the documents whose time, by a TTL index, is up. */
  removeExpired(now: Date): void {
    for (const database of this.databases.values()) {
      for (const collection of database.values()) removeExpired(collection, now);
    }
  }

  private collectionsOf(database: string): Map<string, Collection> {
    const collections = this.databases.get(database) ?? new Map<string, Collection>();
    this.databases.set(database, collections);
    return collections;
  }
}

function removeExpired(collection: Collection, now: Date): void {
  for (const index of collection.indexes.values()) {
    const seconds = index.definition.expireAfterSeconds;
    if (seconds === undefined) continue;
    const limit = new Date(now.getTime() - seconds * 1000);
    const from = String.fromCharCode(typeRank(limit));
    // A document with several dates has several keys, so it may come more than once.
    const expired = new Set(index.scan(from, orderKey(limit)));
    for (const entry of expired) collection.remove(entry);
  }
}
