import { notSupported } from '../errors';
import { parsePath } from '../values/path';
import type { Document } from '../values/value';
import { conjunctsOf } from './conjuncts';
import { compileCondition } from './field-operators';
import { PathReach } from './reach';

/**
 * The array position at which a filter matched a document: what `$` in a path stands for; or
 * undefined when it matched through no array.
 * @throws CommandError CommandNotSupported when it matched at several positions, of which MongoDB
 * takes one by the order of its evaluation
 */
export function matchedPosition(filter: Document, document: Document): number | undefined {
  if (filter.has('$or')) throw notSupported('the positional operator with $or');
  const positions = new Set<number>();
  for (const { path, demand } of conjunctsOf(filter)) {
    const reached = new PathReach(document, parsePath(path));
    if (compileCondition(demand)(reached)) {
      for (const position of reached.positions) positions.add(position);
    }
  }
  if (positions.size > 1) {
    throw notSupported('the positional operator after a match at several array positions');
  }
  const [position] = positions;
  return position;
}
