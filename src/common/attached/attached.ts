/**
 * A value that an object carries, such as a request, under a symbol that nobody else has.
 *
 * Not a WeakMap: V8's frequent collections take the values of a map that is old for used, and with them the whole request.
 * Each then stayed until the next full collection, which came twice as often (docs/performance.md).
 */
export class Attached<Holder extends object, Value> {
  private readonly key = Symbol('attached');

  get(holder: Holder): Value | undefined {
    return (holder as Record<symbol, Value | undefined>)[this.key];
  }

  set(holder: Holder, value: Value | undefined): void {
    (holder as Record<symbol, Value | undefined>)[this.key] = value;
  }
}
