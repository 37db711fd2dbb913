import { CommandError } from '../errors';
import { orderKey, typeRank } from '../values/order';
import { Collection } from './collection';

/** All databases. A database exists as long as it has a collection. */
export class Store {
  private readonly databases = new Map<string, Map<string, Collection>>();

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
    const collection = new Collection(namespace);
    const collections = this.databases.get(database) ?? new Map<string, Collection>();
    this.databases.set(database, collections.set(name, collection));
    return collection;
  }

  /** @returns the collection that was dropped, if there was one */
  drop(database: string, name: string): Collection | undefined {
    const dropped = this.collection(database, name);
    this.databases.get(database)?.delete(name);
    return dropped;
  }

  dropDatabase(database: string): void {
    this.databases.delete(database);
  }

  /** Removes the documents whose time, by a TTL index, is up. */
  removeExpired(now: Date): void {
    for (const database of this.databases.values()) {
      for (const collection of database.values()) removeExpired(collection, now);
    }
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
