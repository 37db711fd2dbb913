import { Double, Int32, Long } from 'bson';
import { documentOf, plain, refusalCode } from '../../test/support/bson';
import type { Document } from '../values/value';
import { applyModifications, parseUpdate } from './compile';

function update(before: object, changes: object, isInsert = false): Document {
  const parsed = parseUpdate(documentOf(changes));
  const document = documentOf(before);
  if (parsed.kind === 'operators') {
    applyModifications(parsed.modifications, document, isInsert, () => undefined);
  }
  return document;
}

describe('an update', () => {
  it('adds fields in the order of their names, whatever the order of the operators', () => {
    const after = update({ m: 1 }, { $set: { z: 1, 'b.10': 1, 'b.9': 1 }, $inc: { a: 1 } });
    expect([...after.keys()]).toEqual(['m', 'a', 'b', 'z']);
    expect(after.get('b')).toEqual(
      new Map([
        ['9', new Int32(1)],
        ['10', new Int32(1)],
      ]),
    );
  });

  it('keeps the types of numbers it does not touch, and those of sums', () => {
    const before = { d: new Double(2), l: Long.fromNumber(2), i: new Int32(2) };
    const after = update(before, { $inc: { i: new Int32(1), l: new Int32(1) } });
    expect(after).toEqual(documentOf({ d: new Double(2), l: Long.fromNumber(3), i: new Int32(3) }));
  });

  it('applies $setOnInsert to a new document only', () => {
    expect(plain(update({}, { $setOnInsert: { a: 1 } }))).toEqual({});
    expect(plain(update({}, { $setOnInsert: { a: 1 } }, true))).toEqual({ a: 1 });
  });

  it('takes hostile names for data', () => {
    const after = update({}, { $set: { '__proto__.polluted': 1, 'constructor.prototype.x': 1 } });
    expect([...after.keys()]).toEqual(['__proto__', 'constructor']);
    expect(Object.prototype).not.toHaveProperty('polluted');
  });

  it.each<[what: string, code: number, before: object, changes: object]>([
    ['an unknown operator', 9, {}, { $nope: { a: 1 } }],
    ['operators beside fields', 9, {}, { $set: { a: 1 }, b: 1 }],
    ['an operator without fields', 9, {}, { $set: 5 }],
    ['a pipeline', 115, {}, [{ $set: { a: 1 } }]],
    ['array filters', 115, {}, { $set: { 'a.$[]': 1 } }],
    ['$sort in $push', 115, {}, { $push: { a: { $each: [1], $sort: 1 } } }],
    ['an unknown clause of $push', 2, {}, { $push: { a: { $each: [1], $nope: 1 } } }],
    ['the same path twice', 40, {}, { $set: { a: 1 }, $inc: { a: 1 } }],
    ['the first of several faults', 40, {}, { $set: { a: 1, 'a.b': 1 }, $inc: { c: 'x' } }],
    ['a path below another', 40, {}, { $set: { a: 1, 'a.b': 1 } }],
    ['an empty part of a path', 56, {}, { $set: { 'a..b': 1 } }],
    ['a part with a dollar', 52, {}, { $set: { 'a.$b': 1 } }],
    ['$ at the beginning', 2, {}, { $set: { '$.a': 1 } }],
    ['$ twice', 2, {}, { $set: { 'a.$.b.$': 1 } }],
    ['$ without a match', 2, { a: [1] }, { $set: { 'a.$': 1 } }],
    ['a way through a scalar', 28, { a: 5 }, { $set: { 'a.b': 1 } }],
    ['a way through null', 28, { a: null }, { $set: { 'a.b': 1 } }],
    ['a name in an array', 28, { a: [1] }, { $set: { 'a.b': 1 } }],
    ['a position far behind an array', 2, { a: [1] }, { $set: { 'a.9000000': 1 } }],
    ['$inc by a text', 14, {}, { $inc: { a: 'x' } }],
    ['$inc of a text', 14, { a: 'x' }, { $inc: { a: 1 } }],
    ['$inc of null', 14, { a: null }, { $inc: { a: 1 } }],
    ['$inc beyond a Long', 2, { a: Long.MAX_VALUE }, { $inc: { a: 1 } }],
    ['$push to a scalar', 2, { a: 5 }, { $push: { a: 1 } }],
    ['$addToSet to a scalar', 2, { a: 5 }, { $addToSet: { a: 1 } }],
    ['$pull from a scalar', 2, { a: 5 }, { $pull: { a: 1 } }],
  ])('refuses %s', (_what, code, before, changes) => {
    const change = (): unknown =>
      Array.isArray(changes) ? parseUpdate(changes.map(documentOf)) : update(before, changes);
    expect(refusalCode(change)).toBe(code);
  });
});
