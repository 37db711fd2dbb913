/** Splitting above this size keeps insertion cheap without deep trees. */
const CHUNK = 512;

/** A map whose keys stand in the order of `<`: a sorted list of sorted chunks. */
export class OrderedMap<T> {
  private readonly values = new Map<string, T>();
  /** Never empty; only the single chunk of an empty map has no keys. */
  private readonly chunks: string[][] = [[]];

  get size(): number {
    return this.values.size;
  }

  set(key: string, value: T): void {
    if (!this.values.has(key)) this.insert(key);
    this.values.set(key, value);
  }

  delete(key: string): void {
    if (!this.values.delete(key)) return;
    const at = this.chunkOf(key);
    const chunk = this.chunk(at);
    chunk.splice(lowerBound(chunk, key), 1);
    if (chunk.length === 0 && this.chunks.length > 1) this.chunks.splice(at, 1);
  }

  /** Values of the keys in [from, to), ascending. The map must not change meanwhile. */
  *ascending(from: string, to: string): Generator<T> {
    let index = lowerBound(this.chunk(this.chunkOf(from)), from);
    for (let at = this.chunkOf(from); at < this.chunks.length; at++, index = 0) {
      const chunk = this.chunk(at);
      for (; index < chunk.length; index++) {
        const key = chunk[index] ?? '';
        if (key >= to) return;
        yield this.values.get(key) as T;
      }
    }
  }

  /** Values of the keys in [from, to), descending. The map must not change meanwhile. */
  *descending(from: string, to: string): Generator<T> {
    const last = this.chunkOf(to);
    for (let at = last; at >= 0; at--) {
      const chunk = this.chunk(at);
      const end = at === last ? lowerBound(chunk, to) : chunk.length;
      for (let index = end - 1; index >= 0; index--) {
        const key = chunk[index] ?? '';
        if (key < from) return;
        yield this.values.get(key) as T;
      }
    }
  }

  private insert(key: string): void {
    const at = this.chunkOf(key);
    const chunk = this.chunk(at);
    const index = lowerBound(chunk, key);
    chunk.splice(index, 0, key);
    if (chunk.length <= CHUNK) return;
    // Growing keys (times, counters) fill their chunks; random keys split them in the middle.
    const half = index === chunk.length - 1 ? CHUNK : CHUNK / 2;
    this.chunks.splice(at + 1, 0, chunk.splice(half));
  }

  /** The first chunk whose last key is not below `key`, or the last chunk. */
  private chunkOf(key: string): number {
    let low = 0;
    let high = this.chunks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.chunk(middle).at(-1) ?? '') < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private chunk(at: number): string[] {
    return this.chunks[at] ?? [];
  }
}

/** The first position whose key is not below `key`. */
function lowerBound(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
