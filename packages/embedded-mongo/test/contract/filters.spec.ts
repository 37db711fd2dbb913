import { mongo } from 'mongoose';
import { Engine, failure, idsFound, Thing } from './engine';

/** What a filter finds among documents whose `_id` is their place in the list. */
type Case = [
  behaviour: string,
  documents: object[],
  filter: mongo.Filter<Thing>,
  found: readonly number[],
];

const NULL_OR_MISSING = [{ a: null }, {}, { a: 1 }, { a: [null] }, { a: [] }];

const CASES: Record<string, Case[]> = {
  'null and missing': [
    ['null finds null, a missing field and an element', NULL_OR_MISSING, { a: null }, [0, 1, 3]],
    ['$ne: null finds the others', NULL_OR_MISSING, { a: { $ne: null } }, [2, 4]],
    ['$exists: true finds null as well', NULL_OR_MISSING, { a: { $exists: true } }, [0, 2, 3, 4]],
    ['$exists: false finds a missing field only', NULL_OR_MISSING, { a: { $exists: false } }, [1]],
    ['$in with null is like null', NULL_OR_MISSING, { a: { $in: [null, 7] } }, [0, 1, 3]],
    ['$nin with null is its opposite', NULL_OR_MISSING, { a: { $nin: [null, 1] } }, [4]],
    [
      '$gte: null finds null and a missing field',
      [{ a: null }, {}, { a: 1 }],
      { a: { $gte: null } },
      [0, 1],
    ],
    ['$type: null does not find a missing field', [{ a: null }, {}], { a: { $type: 'null' } }, [0]],
    [
      'null finds an element that lacks the field',
      [{ a: [{ b: 1 }, { c: 1 }] }, { a: [{ b: 1 }] }],
      { 'a.b': null },
      [0],
    ],
    ['null below a scalar is a missing field', [{ a: 5 }, { a: { b: 1 } }], { 'a.b': null }, [0]],
    [
      'false, zero and the empty string are not null',
      [{ a: false }, { a: 0 }, { a: '' }],
      { a: null },
      [],
    ],
  ],
  arrays: [
    [
      'a value finds an element',
      [{ a: [1, 2] }, { a: 2 }, { a: [[2]] }, { a: [3] }],
      { a: 2 },
      [0, 1],
    ],
    [
      'an array finds itself, in its order, and as an element',
      [{ a: [1, 2] }, { a: [2, 1] }, { a: [[1, 2]] }],
      { a: [1, 2] },
      [0, 2],
    ],
    ['an empty array finds itself', [{ a: [] }, { a: [[]] }, {}, { a: null }], { a: [] }, [0, 1]],
    [
      'two ends of a range may be met by two elements',
      [{ a: [1, 9] }, { a: [5] }, { a: [1] }],
      { a: { $gt: 4, $lt: 6 } },
      [0, 1],
    ],
    [
      '$elemMatch wants one element for both',
      [{ a: [1, 9] }, { a: [5] }, { a: 5 }],
      { a: { $elemMatch: { $gt: 4, $lt: 6 } } },
      [1],
    ],
    [
      '$elemMatch wants both fields in one element',
      [
        {
          a: [
            { x: 1, y: 2 },
            { x: 2, y: 1 },
          ],
        },
        { a: [{ x: 1, y: 1 }] },
      ],
      { a: { $elemMatch: { x: 1, y: 1 } } },
      [1],
    ],
    [
      'two dotted paths do not',
      [
        {
          a: [
            { x: 1, y: 2 },
            { x: 2, y: 1 },
          ],
        },
        { a: [{ x: 1 }] },
      ],
      { 'a.x': 1, 'a.y': 1 },
      [0],
    ],
    [
      '$ne leaves out an array with the value',
      [{ a: [1, 2] }, { a: [2] }, {}],
      { a: { $ne: 1 } },
      [1, 2],
    ],
    [
      '$nin leaves out an array with one of the values',
      [{ a: [1, 2] }, { a: [3] }, {}],
      { a: { $nin: [2, 9] } },
      [1, 2],
    ],
    [
      '$all wants every value',
      [{ a: [1, 2, 3] }, { a: [1] }, { a: 1 }],
      { a: { $all: [1, 2] } },
      [0],
    ],
    [
      '$all takes a scalar for an array of one',
      [{ a: 1 }, { a: [1] }, { a: 2 }],
      { a: { $all: [1] } },
      [0, 1],
    ],
    [
      '$size counts elements',
      [{ a: [1, 2] }, { a: [[1, 2]] }, { a: 2 }, { a: [] }],
      { a: { $size: 2 } },
      [0],
    ],
    [
      '$not of a range finds what has no such element',
      [{ a: [1, 9] }, { a: [1] }, {}],
      { a: { $not: { $gt: 6 } } },
      [1, 2],
    ],
  ],
  'dotted paths': [
    [
      'lead through documents',
      [{ a: { b: { c: 1 } } }, { a: { b: 1 } }, { 'a.b.c': 1 }],
      { 'a.b.c': 1 },
      [0],
    ],
    [
      'lead through the documents of an array',
      [{ a: [{ b: 1 }, { b: 2 }] }, { a: [[{ b: 2 }]] }],
      { 'a.b': 2 },
      [0],
    ],
    [
      'lead through arrays in arrays of documents',
      [{ a: [{ b: [{ c: 1 }] }, { b: [{ c: 3 }] }] }],
      { 'a.b.c': 3 },
      [0],
    ],
    ['name a position', [{ a: [7, 8] }, { a: [8, 7] }, { a: 7 }], { 'a.0': 7 }, [0]],
    [
      'go on behind a position',
      [{ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 2 }] }],
      { 'a.1.b': 2 },
      [0],
    ],
    [
      'take a number for a name as well',
      [{ a: { 0: 5 } }, { a: [{ 0: 5 }] }, { a: [5] }],
      { 'a.0': 5 },
      [0, 1, 2],
    ],
  ],
  'types and their order': [
    ['a number does not compare with a string', [{ a: 5 }, { a: '5' }], { a: { $gt: 1 } }, [0]],
    [
      'a range stays within its type',
      [{ a: 5 }, { a: 'x' }, { a: null }, { a: true }, {}],
      { a: { $gte: '' } },
      [1],
    ],
    [
      'dates compare by time',
      [{ a: new Date(5) }, { a: new Date(9) }, { a: 6 }],
      { a: { $gte: new Date(5), $lt: new Date(9) } },
      [0],
    ],
    [
      'dates before 1970 come first',
      [{ a: new Date(-5) }, { a: new Date(5) }],
      { a: { $lt: new Date(0) } },
      [0],
    ],
    [
      'numbers compare across their types',
      [{ a: new mongo.Long(5) }, { a: new mongo.Int32(5) }, { a: new mongo.Double(5) }, { a: 5.5 }],
      { a: 5 },
      [0, 1, 2],
    ],
    [
      'a Long beyond 2^53 is exact',
      [
        { a: mongo.Long.fromString('9007199254740993') },
        { a: mongo.Long.fromString('9007199254740992') },
      ],
      { a: mongo.Long.fromString('9007199254740993') },
      [0],
    ],
    ['true is not 1', [{ a: true }, { a: 1 }], { a: true }, [0]],
    [
      'strings compare by bytes',
      [{ a: 'B' }, { a: 'a' }, { a: 'ä' }, { a: '\u{1F4F1}' }],
      { a: { $gt: 'a' } },
      [2, 3],
    ],
    [
      'strings are equal exactly, without folding',
      [{ a: 'e\u0301' }, { a: '\u00e9' }, { a: 'É' }],
      { a: '\u00e9' },
      [1],
    ],
    [
      'a document is equal in its field order only',
      [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, { a: { x: 1 } }],
      { a: { x: 1, y: 2 } },
      [0],
    ],
    [
      'ObjectIds compare by their bytes and never equal their text',
      [
        { a: new mongo.ObjectId('65a000000000000000000001') },
        { a: new mongo.ObjectId('65a000000000000000000009') },
        { a: '65a000000000000000000009' },
      ],
      { a: { $gt: new mongo.ObjectId('65a000000000000000000001') } },
      [1],
    ],
    [
      '$type takes names, numbers and lists',
      [{ a: 'x' }, { a: 1.5 }, { a: [1] }, { a: true }],
      { a: { $type: ['string', 8, 'array'] } },
      [0, 2, 3],
    ],
    [
      '$type: number takes all numbers',
      [{ a: 1 }, { a: 1.5 }, { a: new mongo.Long(1) }, { a: '1' }],
      { a: { $type: 'number' } },
      [0, 1, 2],
    ],
  ],
  'regular expressions': [
    [
      'search in strings and in arrays of them',
      [{ a: 'Foo' }, { a: ['x', 'xfoo'] }, { a: 5 }],
      { a: /foo/ },
      [1],
    ],
    ['ignore case with the flag i', [{ a: 'Foo' }, { a: 'bar' }], { a: /^fOO$/i }, [0]],
    [
      'take flags from $options',
      [{ a: 'x\nFoo' }, { a: 'xfoo' }],
      { a: { $regex: '^foo', $options: 'im' } },
      [0],
    ],
    [
      'let the dot meet a line break with the flag s only',
      [{ a: 'a\nb' }, { a: 'a.b' }],
      { a: /a.b/ },
      [1],
    ],
    [
      'take special characters literally once escaped',
      [{ a: 'a.b*(c)[d]' }, { a: 'axb*(c)[d]' }],
      { a: /^a\.b\*\(c\)\[d\]$/ },
      [0],
    ],
    [
      'stand in $in and behind $not',
      [{ a: 'foo' }, { a: 'fob' }, { a: 'bar' }],
      { a: { $in: [/^f/], $not: /b$/ } },
      [0],
    ],
    ['meet letters beyond ASCII', [{ a: 'Grüße' }, { a: 'Gruss' }], { a: /gr.ße/i }, [0]],
    ['meet an emoji as one character', [{ a: '\u{1F4F1}' }, { a: 'ab' }], { a: /^.$/ }, [0]],
  ],
  'logical operators': [
    [
      '$and wants all',
      [
        { a: 1, b: 1 },
        { a: 1, b: 2 },
      ],
      { $and: [{ a: 1 }, { b: 2 }] },
      [1],
    ],
    ['$or wants one', [{ a: 1 }, { b: 2 }, { c: 3 }], { $or: [{ a: 1 }, { b: 2 }] }, [0, 1]],
    ['$nor wants none', [{ a: 1 }, { b: 2 }, { c: 3 }], { $nor: [{ a: 1 }, { b: 2 }] }, [2]],
    [
      'stand beside fields and inside each other',
      [{ a: 1, b: 1 }, { a: 1, c: 1 }, { c: 1 }],
      { a: 1, $or: [{ $and: [{ b: 1 }, { a: 1 }] }, { c: 2 }] },
      [0],
    ],
    ['an empty filter finds everything', [{}, { a: 1 }], {}, [0, 1]],
    ['$eq is like the value itself', [{ a: [1] }, { a: 1 }, { a: 2 }], { a: { $eq: 1 } }, [0, 1]],
    ['an empty $in finds nothing', [{ a: 1 }, {}], { a: { $in: [] } }, []],
  ],
};

describe('filters', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  for (const [subject, cases] of Object.entries(CASES)) {
    describe(subject, () => {
      it.each(cases)('%s', async (_behaviour, documents, filter, found) => {
        expect(await idsFound(await engine.things(...documents), filter)).toEqual(found);
      });
    });
  }

  it.each<[string, mongo.Filter<Thing>]>([
    ['an unknown operator', { a: { $nope: 1 } }],
    ['an unknown operator on top', { $nope: 1 }],
    ['an operand of a wrong type', { a: { $in: 1 } }],
    ['an empty $or', { $or: [] }],
  ])('refuse %s with code 2, also where there is nothing to find', async (_what, filter) => {
    expect((await failure(idsFound(await engine.things(), filter))).code).toBe(2);
  });
});
