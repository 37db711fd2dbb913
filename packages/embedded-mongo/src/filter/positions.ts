import { notSupported } from '../errors';
import { parsePath } from '../values/path';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { conjunctsOf, operatorsOf } from './conjuncts';
import { compileCondition } from './field-operators';
import { PathReach } from './reach';

/**
 * The array position at which a filter matched a document: what `$` in a path stands for; or
 * undefined when it matched through no array.
 * @throws CommandError CommandNotSupported when it matched at several positions, of which MongoDB
 * takes one by the order of its evaluation
 */
export function matchedPosition(filter: Document, document: Document): number | undefined {
  if (hasOr(filter)) throw notSupported('the positional operator with $or');
  const positions = new Set<number>();
  for (const { path, demand } of conjunctsOf(filter)) {
    const reached = new PathReach(document, parsePath(path));
    // What must not match has no position, although a part of it may match somewhere.
    const affirmed = new Map([...operatorsOf(demand)].filter(([operator]) => operator !== '$not'));
    if (affirmed.size > 0 && compileCondition(affirmed)(reached)) {
      for (const position of reached.positions) positions.add(position);
    }
  }
  if (positions.size > 1) {
    throw notSupported('the positional operator after a match at several array positions');
  }
  const [position] = positions;
  return position;
}

function hasOr(filter: Value): boolean {
  if (!isDocument(filter)) return false;
  const and = filter.get('$and');
  return filter.has('$or') || (Array.isArray(and) && and.some(hasOr));
}
