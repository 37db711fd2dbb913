import { BSONRegExp } from 'bson';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { isOperators } from './condition';

/** One demand of a filter on one path. */
export interface Conjunct {
  path: string;
  demand: Value;
}

/** The demands on single fields that all must hold, those inside `$and` included. */
export function conjunctsOf(filter: Document): Conjunct[] {
  return [...filter].flatMap(([path, demand]) => {
    if (path === '$and' && Array.isArray(demand)) {
      return demand.filter(isDocument).flatMap(conjunctsOf);
    }
    return path.startsWith('$') ? [] : [{ path, demand }];
  });
}

/** A demand as operators: a plain value becomes `{$eq: value}`. */
export function operatorsOf(demand: Value): Document {
  if (isOperators(demand)) return demand;
  return new Map([[demand instanceof BSONRegExp ? '$regex' : '$eq', demand]]);
}
