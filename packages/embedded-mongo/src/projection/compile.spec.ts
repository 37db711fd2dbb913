import { documentOf, plain, refusalCode } from '../../test/support/bson';
import { compileProjection } from './compile';

const DOCUMENT = {
  _id: 1,
  name: 'n',
  list: [{ x: 1, y: 1 }, { x: 2, y: 2 }, 3, [{ x: 4, y: 4 }]],
  deep: { list: [{ x: 1 }, { x: 2 }], scalar: 5 },
};

function project(projection: object, filter: object = {}): object {
  const apply = compileProjection(documentOf(projection), documentOf(filter));
  return apply ? plain(apply(documentOf(DOCUMENT))) : DOCUMENT;
}

describe('projection', () => {
  it.each<[what: string, projection: object, result: object]>([
    ['nothing changes nothing', {}, DOCUMENT],
    ['inclusion keeps the order of the document', { name: 1, _id: true }, { _id: 1, name: 'n' }],
    ['inclusion may leave the id out', { name: 1, _id: 0 }, { name: 'n' }],
    ['the id alone includes', { _id: 1 }, { _id: 1 }],
    ['the id alone excludes', { _id: 0, list: 0, deep: 0 }, { name: 'n' }],
    ['inclusion drops scalars on the way', { 'deep.scalar.x': 1 }, { _id: 1, deep: {} }],
    [
      'inclusion goes through arrays and drops their scalars',
      { 'list.x': 1 },
      { _id: 1, list: [{ x: 1 }, { x: 2 }, [{ x: 4 }]] },
    ],
    [
      'exclusion goes through arrays and keeps their scalars',
      { name: 0, deep: 0, 'list.x': 0 },
      { _id: 1, list: [{ y: 1 }, { y: 2 }, 3, [{ y: 4 }]] },
    ],
    ['documents stand for dotted paths', { deep: { scalar: 1 } }, { _id: 1, deep: { scalar: 5 } }],
    [
      '$elemMatch keeps the first match and comes last',
      { list: { $elemMatch: { y: { $gt: 1 } } }, name: 1 },
      { _id: 1, name: 'n', list: [{ x: 2, y: 2 }] },
    ],
    ['$elemMatch without a match drops the field', { list: { $elemMatch: { x: 9 } } }, { _id: 1 }],
  ])('%s', (_what, projection, result) => {
    const projected = project(projection);
    expect(projected).toEqual(result);
    expect(Object.keys(projected)).toEqual(Object.keys(result));
  });

  it('the positional $ keeps what the filter matched, at any depth', () => {
    expect(project({ 'deep.list.$': 1 }, { 'deep.list.x': 2 })).toEqual({
      _id: 1,
      deep: { list: [{ x: 2 }] },
    });
  });

  it.each<[what: string, code: number, projection: object, filter?: object]>([
    ['exclusion beside inclusion', 31254, { name: 1, list: 0 }],
    ['inclusion beside exclusion', 31253, { list: 0, name: 1 }],
    ['a path below another', 31249, { list: 1, 'list.x': 1 }],
    ['a path above another', 31250, { 'list.x': 1, list: 1 }],
    [
      '$elemMatch on a nested field, as MongoDB does',
      31275,
      { 'deep.list': { $elemMatch: { x: 1 } } },
    ],
    ['a positional $ that the filter does not know', 31277, { 'list.$': 1 }, { name: 'n' }],
    ['a positional $ without a match', 51246, { 'list.$': 1 }, { 'list.x': { $ne: 9 } }],
    ['an empty path', 40352, { '': 1 }],
    ['a path with a dollar', 16410, { 'a.$b': 1 }],
    ['an expression', 115, { name: '$other' }],
    ['$slice', 115, { list: { $slice: 1 } }],
  ])('refuses %s', (_what, code, projection, filter = {}) => {
    expect(refusalCode(() => project(projection, filter))).toBe(code);
  });
});
