import { documentOf } from '../../test/support/bson';
import { matchedPosition } from './positions';

const position = (filter: object, document: object): number | undefined =>
  matchedPosition(documentOf(filter), documentOf(document));

describe('the position a filter matched at', () => {
  const document = { a: [{ x: 1 }, { x: 2, y: [7, 8] }], b: [5, 6], c: 1 };

  it.each<[string, object, number | undefined]>([
    ['a field of an element', { 'a.x': 2 }, 1],
    ['an element', { b: 6 }, 1],
    ['$elemMatch', { a: { $elemMatch: { x: 1 } } }, 0],
    ['an array inside an element: that of the outer one', { 'a.y': 7 }, 1],
    ['a condition inside $and', { $and: [{ c: 1 }, { b: 5 }] }, 0],
    ['no array at all', { c: 1 }, undefined],
    ['a position by its number', { 'a.1.x': 2 }, undefined],
    ['the array as a whole', { b: [5, 6] }, undefined],
    [
      'a negation, although one half of it holds somewhere',
      { b: { $not: { $gt: 5, $lt: 6 } } },
      undefined,
    ],
    ['a negation beside an element', { b: { $gt: 5, $not: { $gt: 4, $lt: 5 } } }, 1],
  ])('through %s', (_what, filter, expected) => {
    expect(position(filter, document)).toBe(expected);
  });

  it.each([
    ['several positions', { 'a.x': 2, b: 5 }],
    ['$or', { $or: [{ b: 5 }] }],
    ['$or inside $and', { $and: [{ $or: [{ b: 5 }] }, { 'a.x': 2 }] }],
  ])('through %s is refused', (_what, filter) => {
    expect(() => position(filter, document)).toThrow('is not supported by the embedded engine');
  });
});
