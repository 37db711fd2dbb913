import { documentOf } from '../../test/support/bson';
import { Collection } from './collection';
import { parseIndex } from './index-definition';

/** A collection with one index. */
function indexed(specification: object): Collection {
  const collection = new Collection('db.things');
  collection.addIndex(parseIndex(documentOf({ name: 'index', ...specification })));
  return collection;
}

const idsFound = (collection: Collection, filter: object): unknown[] =>
  collection.find({ filter: documentOf(filter) }).map((entry) => Number(entry.document.get('_id')));

const insert = (collection: Collection, document: object): unknown =>
  collection.insert(documentOf(document));

describe('an index', () => {
  it('that is unique refuses an element that another document holds', () => {
    const collection = indexed({ key: { a: 1 }, unique: true });
    insert(collection, { _id: 1, a: [1, 1, 2] });
    expect(() => insert(collection, { _id: 2, a: [2, 3] })).toThrow('dup key: { a: 2 }');
    expect(() => insert(collection, { _id: 2, a: 1 })).toThrow('E11000');
    insert(collection, { _id: 2, a: [3] });
    expect(collection.size).toBe(2);
  });

  it('tells the key that is there already, also of an update', () => {
    const collection = indexed({ key: { a: 1, b: 1 }, unique: true });
    insert(collection, { _id: 1, a: 'x' });
    const entry = collection.insert(documentOf({ _id: 2, a: 'y' }));
    const details = {
      keyPattern: documentOf({ a: 1, b: 1 }),
      keyValue: documentOf({ a: 'x', b: null }),
    };
    const replace = (): unknown => collection.replace(entry, documentOf({ _id: 2, a: 'x' }));
    expect(replace).toThrow(expect.objectContaining({ code: 11000, details }) as Error);
    expect(idsFound(collection, { a: 'y' })).toEqual([2]);
  });

  it('that is partial holds every element of a document that it covers', () => {
    const collection = indexed({
      key: { 'a.b': 1, 'a.c': 1 },
      partialFilterExpression: { 'a.b': { $gt: 5 } },
    });
    const document = {
      _id: 1,
      a: [
        { b: 9, c: 1 },
        { b: 1, c: 2 },
      ],
    };
    insert(collection, document);
    const filter = { $and: [{ 'a.b': { $gt: 5 } }, { 'a.b': 1 }] };
    expect(collection.plan(documentOf(filter))).toBeDefined();
    expect(idsFound(collection, filter)).toEqual([1]);
  });

  it('keeps the hostile names of its keys apart', () => {
    const collection = indexed({ key: { ['__proto__']: 1, constructor: 1 }, unique: true });
    insert(collection, { _id: 1, constructor: 1 });
    insert(collection, { _id: 2, constructor: 2 });
    expect(idsFound(collection, { ['__proto__']: null, constructor: 2 })).toEqual([2]);
  });

  it.each([
    ['a field it does not begin with', { key: { a: 1, b: 1 } }, { b: 1 }],
    ['what it leaves out as sparse', { key: { a: 1 }, sparse: true }, { a: null }],
    [
      'what it may leave out as partial',
      { key: { a: 1 }, partialFilterExpression: { a: { $exists: true } } },
      { a: null },
    ],
    ['a negation', { key: { a: 1 } }, { a: { $ne: 1 } }],
    ['a disjunction', { key: { a: 1 } }, { $or: [{ a: 1 }, { b: 1 }] }],
  ])('is not taken for %s', (_what, specification, filter) => {
    expect(indexed(specification).plan(documentOf(filter))).toBeUndefined();
  });

  it('of another range is taken where the filter implies what it covers', () => {
    const collection = indexed({
      key: { a: 1 },
      partialFilterExpression: { live: true },
    });
    expect(collection.plan(documentOf({ a: 1 }))).toBeUndefined();
    expect(collection.plan(documentOf({ a: 1, live: false }))).toBeUndefined();
    expect(collection.plan(documentOf({ a: 1, live: true }))).toBeDefined();
  });
});
