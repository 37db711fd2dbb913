/**
 * Lets parallel readers of one key share a read. Nobody shares one that began before they asked: whoever comes while one
 * runs shares the next, so each learns how things were at the moment of the question, or later.
 */
export class SharedReads<T> {
  private readonly running = new Map<string, Promise<T>>();
  private readonly next = new Map<string, Promise<T>>();

  constructor(private readonly read: (key: string) => Promise<T>) {}

  /** What `read` returns for this key, which several callers may be given: it must not be changed. @throws as `read` */
  get(key: string): Promise<T> {
    const running = this.running.get(key);
    if (!running) return this.begin(key);
    const known = this.next.get(key);
    if (known) return known;
    const begin = (): Promise<T> => {
      this.next.delete(key);
      return this.begin(key);
    };
    const next = running.then(begin, begin);
    this.next.set(key, next);
    return next;
  }

  private begin(key: string): Promise<T> {
    const read = this.read(key);
    this.running.set(key, read);
    // Called before whoever waits for this read, who asked for it later, begins the next.
    const end = (): void => {
      this.running.delete(key);
    };
    read.then(end, end);
    return read;
  }
}
