import { notSupported } from '../errors';
import { parsePath } from '../values/path';
import type { Path } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';

/** The value of an expression in a document; undefined when the field is missing. */
export type Expression = (document: Document) => Value | undefined;

/**
 * Compiles a field path (`"$a.b"`) or a constant.
 * @throws CommandError CommandNotSupported for operators, variables and expressions inside documents and arrays
 */
export function compileExpression(expression: Value): Expression {
  if (typeof expression === 'string' && expression.startsWith('$')) {
    if (expression.startsWith('$$')) throw notSupported(`the variable ${expression}`);
    const path = parsePath(expression.slice(1));
    return (document) => evaluatePath(document, path);
  }
  if (isDocument(expression) || Array.isArray(expression)) {
    throw notSupported('an expression other than a field path or a constant');
  }
  return () => expression;
}

/** Unlike in a filter, an array on the way gives the array of what its documents hold. */
function evaluatePath(value: Value | undefined, path: Path): Value | undefined {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(value)) {
    return value
      .filter((element) => isDocument(element))
      .map((element) => evaluatePath(element, path))
      .filter((found) => found !== undefined);
  }
  return isDocument(value) ? evaluatePath(value.get(part), rest) : undefined;
}
