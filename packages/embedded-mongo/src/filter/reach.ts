import { isArrayIndex } from '../values/path';
import type { Path } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

/** A test of one value; `undefined` stands for a missing field. */
export type ValueTest = (value: Value | undefined) => boolean;

/** The values a condition judges: all that a path reaches, or one element of an array. */
export interface Reached {
  /** Whether a value passes; of an array at the end of the path each element, and the array. */
  someLeaf(test: ValueTest): boolean;
  /** Whether a value passes; an array at the end of the path counts as one value. */
  someNode(test: ValueTest): boolean;
  /** Whether an array at the end of the path has an element that passes. */
  someElement(test: (element: Value) => boolean): boolean;
}

/** Position of the outermost array element on the way to a value. */
type Position = number | undefined;
/** `whole`: an array that was reached by its position in another array is not looked into. */
type Visit = (value: Value | undefined, position: Position, whole: boolean) => boolean;

/** Everything a dotted path reaches in a document, through arrays as MongoDB walks them. */
export class PathReach implements Reached {
  /** Where in its (outermost) array the match lay, for the positional operator `$`. */
  readonly positions = new Set<number>();

  constructor(
    private readonly document: Document,
    private readonly path: Path,
  ) {}

  someLeaf(test: ValueTest): boolean {
    return this.walk(this.document, 0, undefined, (value, position, whole) => {
      if (Array.isArray(value) && !whole && this.findElement(value, position, test)) return true;
      return test(value) && this.found(position);
    });
  }

  someNode(test: ValueTest): boolean {
    return this.walk(
      this.document,
      0,
      undefined,
      (value, position) => test(value) && this.found(position),
    );
  }

  someElement(test: (element: Value) => boolean): boolean {
    return this.walk(
      this.document,
      0,
      undefined,
      (value, position) => Array.isArray(value) && this.findElement(value, position, test),
    );
  }

  private findElement(array: Value[], position: Position, test: (item: Value) => boolean): boolean {
    const index = array.findIndex(test);
    return index >= 0 && this.found(position ?? index);
  }

  private found(position: Position): true {
    if (position !== undefined) this.positions.add(position);
    return true;
  }

  private walk(value: Value | undefined, depth: number, position: Position, visit: Visit): boolean {
    const part = this.path[depth];
    if (part === undefined) return visit(value, position, false);
    if (isDocument(value)) return this.walk(value.get(part), depth + 1, position, visit);
    if (Array.isArray(value)) return this.walkArray(value, part, depth, position, visit);
    return visit(undefined, position, false);
  }

  /** The rest of the path may go on in each sub-document, and in the element that it numbers. */
  private walkArray(
    array: Value[],
    part: string,
    depth: number,
    position: Position,
    visit: Visit,
  ): boolean {
    const named = isArrayIndex(part) ? Number(part) : -1;
    return array.some((element, index) => {
      if (isDocument(element) && this.walk(element, depth, position ?? index, visit)) return true;
      if (index !== named) return false;
      if (depth + 1 === this.path.length) return visit(element, position, true);
      const isOpen = isDocument(element) || Array.isArray(element);
      return isOpen && this.walk(element, depth + 1, position, visit);
    });
  }
}

/** One array element, as the operators inside `$elemMatch` see it. */
export class ElementReach implements Reached {
  constructor(private readonly element: Value) {}

  someLeaf(test: ValueTest): boolean {
    return test(this.element);
  }

  someNode(test: ValueTest): boolean {
    return test(this.element);
  }

  someElement(test: (element: Value) => boolean): boolean {
    return Array.isArray(this.element) && this.element.some(test);
  }
}
