import { CommandError } from '../errors';
import { isArrayIndex } from '../values/path';
import type { Path } from '../values/path';
import { shellText } from '../values/shell-text';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

type Container = Document | Value[];

/** The most elements MongoDB adds to an array to reach a position. */
const MOST_PADDING = 1_500_000;

/** One place in a document that is being updated. */
export class Field {
  /** Whether MongoDB counts a change even where the value came out as it was. */
  rewritten = false;

  constructor(
    private readonly document: Document,
    private readonly path: Path,
  ) {}

  /** The dotted path, for messages. */
  get name(): string {
    return this.path.join('.');
  }

  /** `{_id: ...}` of the document, for messages. */
  get documentText(): string {
    return `{_id: ${shellText(this.document.get('_id') ?? null)}}`;
  }

  get(): Value | undefined {
    let value: Value | undefined = this.document;
    for (const part of this.path) value = isContainer(value) ? child(value, part) : undefined;
    return value;
  }

  /**
   * Sets the value and makes the documents on the way that are missing.
   * @throws CommandError PathNotViable when something else than a document is on the way
   */
  set(value: Value): void {
    const last = this.path.length - 1;
    let parent: Container = this.document;
    for (const [depth, part] of this.path.entries()) {
      if (depth === last) {
        this.write(parent, depth, value);
        return;
      }
      const existing = child(parent, part);
      const next = existing === undefined ? new Map<string, Value>() : existing;
      if (!isContainer(next)) throw this.notViable(depth + 1, next);
      this.write(parent, depth, next);
      parent = next;
    }
  }

  /**
   * Refuses a path that could not even be made.
   * @throws CommandError PathNotViable when something else than a document is on the way
   */
  checkViable(): void {
    let holder: Value = this.document;
    for (const part of this.path) {
      const isPassable = isDocument(holder) || (Array.isArray(holder) && isArrayIndex(part));
      if (!isPassable) throw this.notTraversable(part, holder);
      const next: Value | undefined = child(holder as Container, part);
      if (next === undefined) return;
      holder = next;
    }
  }

  /** Removes the field; an array element becomes null, so that its neighbours keep their place. */
  unset(): void {
    const parent = new Field(this.document, this.path.slice(0, -1)).get();
    const part = this.path.at(-1) ?? '';
    if (isDocument(parent)) {
      parent.delete(part);
    } else if (Array.isArray(parent) && child(parent, part) !== undefined) {
      parent[Number(part)] = null;
      this.rewritten = true;
    }
  }

  private write(parent: Container, depth: number, value: Value): void {
    const part = this.path[depth] ?? '';
    if (isDocument(parent)) {
      parent.set(part, value);
      return;
    }
    if (!isArrayIndex(part)) throw this.notViable(depth, parent);
    const index = Number(part);
    if (index - parent.length > MOST_PADDING) {
      throw new CommandError('BadValue', `cannot backfill the array to position ${index}`);
    }
    while (parent.length < index) parent.push(null);
    parent[index] = value;
  }

  private notTraversable(part: string, holder: Value): CommandError {
    return new CommandError(
      'PathNotViable',
      `Cannot use the part (${part}) of (${this.name}) to traverse the element (${shellText(holder)})`,
    );
  }

  private notViable(depth: number, holder: Value): CommandError {
    const element = `{${this.path[depth - 1] ?? ''}: ${shellText(holder)}}`;
    return new CommandError(
      'PathNotViable',
      `Cannot create field '${this.path[depth] ?? ''}' in element ${element}`,
    );
  }
}

function isContainer(value: Value | undefined): value is Container {
  return isDocument(value) || Array.isArray(value);
}

function child(parent: Container, part: string): Value | undefined {
  if (isDocument(parent)) return parent.get(part);
  return isArrayIndex(part) ? parent[Number(part)] : undefined;
}
