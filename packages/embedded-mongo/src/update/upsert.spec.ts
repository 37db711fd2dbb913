import { documentOf, plain, refusalCode } from '../../test/support/bson';
import { seedDocument, seedId } from './upsert';

const seed = (filter: object): object => plain(seedDocument(documentOf(filter)));

describe('what an upsert takes from its filter', () => {
  it.each<[what: string, filter: object, document: object]>([
    ['equalities', { a: 1, b: { $eq: 'x' } }, { a: 1, b: 'x' }],
    ['equalities inside $and', { $and: [{ a: 1 }, { $and: [{ b: 2 }] }] }, { a: 1, b: 2 }],
    ['the documents of a dotted path', { 'a.b': 1, 'a.c': 2 }, { a: { b: 1, c: 2 } }],
    ['a whole document and an array', { a: { x: 1 }, b: [1] }, { a: { x: 1 }, b: [1] }],
    ['null', { a: null }, { a: null }],
    [
      'nothing of other operators',
      { a: { $gt: 1 }, b: /x/, c: { $in: [1, 2] }, $nor: [{ d: 1 }], e: { $exists: false } },
      {},
    ],
    ['nothing of several branches', { $or: [{ a: 1 }, { b: 1 }] }, {}],
  ])('%s', (_what, filter, document) => {
    expect(seed(filter)).toEqual(document);
  });

  it('puts the fields in the order of their paths', () => {
    expect(Object.keys(seed({ z: 1, a: 1, m: 1 }))).toEqual(['a', 'm', 'z']);
  });

  it('takes the id alone for a replacement', () => {
    expect(seedId(documentOf({ a: 1, _id: 'x', 'a.b': 1 }))).toBe('x');
    expect(seedId(documentOf({ a: 1 }))).toBeUndefined();
  });

  it.each<[what: string, code: number, filter: object]>([
    ['a field that is named twice', 54, { a: 1, $and: [{ a: 1 }] }],
    ['a field and one below it', 54, { a: {}, 'a.b': 1 }],
    ['an $in of one, which MongoDB rewrites', 115, { a: { $in: [1] } }],
    ['$all, which MongoDB rewrites', 115, { a: { $all: [1] } }],
    ['an $or of one, which MongoDB rewrites', 115, { $and: [{ $or: [{ a: 1 }] }] }],
  ])('refuses %s', (_what, code, filter) => {
    expect(refusalCode(() => seed(filter))).toBe(code);
  });
});
