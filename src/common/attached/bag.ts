import { Attached } from './attached';

/**
 * What is under way, in no order: as a Set, for what comes and goes with every request.
 *
 * Not a Set or a Map: V8 moves its entries to a new table every few changes, and each old table, with the requests that it
 * held then, stayed until the next full collection (docs/performance.md).
 */
export class Bag<T extends object> implements Iterable<T> {
  private readonly items: T[] = [];
  private readonly places = new Attached<T, number>();

  get size(): number {
    return this.items.length;
  }

  has(item: T): boolean {
    return this.places.get(item) !== undefined;
  }

  /** Constant work, as all of this but the iterator. */
  add(item: T): void {
    if (this.has(item)) return;
    this.places.set(item, this.items.length);
    this.items.push(item);
  }

  /** @returns whether it was there */
  delete(item: T): boolean {
    const place = this.places.get(item);
    if (place === undefined) return false;
    const last = this.items.pop();
    if (last !== undefined && last !== item) {
      this.items[place] = last;
      this.places.set(last, place);
    }
    this.places.set(item, undefined);
    return true;
  }

  /** Over those that are there now, whatever comes and goes meanwhile. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.items].values();
  }
}
