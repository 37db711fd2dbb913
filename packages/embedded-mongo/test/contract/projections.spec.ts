import { mongo } from 'mongoose';
import { Engine, Thing } from './engine';

/** What a projection shows of a document. */
type Case = [
  behaviour: string,
  document: object,
  projection: mongo.Document,
  shown: object,
  filter?: mongo.Filter<Thing>,
];

const TOKENS = [
  { hash: 'a', when: 1 },
  { hash: 'b', when: 2 },
];
const USER = {
  name: 'n',
  active: true,
  roles: ['admin', 'user'],
  services: {
    resume: { loginTokens: TOKENS, other: 1 },
    password: { bcrypt: 'x', reset: 'y' },
    totp: { enabled: true, secret: 's', hashedBackup: [] },
  },
};

const CASES: Record<string, Case[]> = {
  inclusion: [
    ['shows the field and the _id', { a: 1, b: 2 }, { a: 1 }, { _id: 0, a: 1 }],
    ['leaves the _id out when told', { a: 1, b: 2 }, { a: 1, _id: 0 }, { a: 1 }],
    [
      'keeps the order of the document',
      { z: 1, a: 2, m: 3 },
      { a: 1, z: 1 },
      { _id: 0, z: 1, a: 2 },
    ],
    ['goes into documents', { a: { b: 1, c: 2 } }, { 'a.b': 1 }, { _id: 0, a: { b: 1 } }],
    [
      'takes the nested form as well',
      { a: { b: 1, c: 2 } },
      { a: { b: 1 } },
      { _id: 0, a: { b: 1 } },
    ],
    [
      'leaves an empty document where the field is missing',
      { a: { c: 2 } },
      { 'a.b': 1 },
      { _id: 0, a: {} },
    ],
    ['leaves nothing of a scalar on the way', { a: 5 }, { 'a.b': 1 }, { _id: 0 }],
    [
      'goes into the documents of an array and drops its scalars',
      { a: [{ b: 1, c: 2 }, { c: 3 }, 5] },
      { 'a.b': 1 },
      { _id: 0, a: [{ b: 1 }, {}] },
    ],
    ['of _id alone shows nothing else', { a: 1 }, { _id: 1 }, { _id: 0 }],
    ['takes true for 1', { a: 1, b: 2 }, { a: true }, { _id: 0, a: 1 }],
    [
      'shows null, and does not make what is missing',
      { a: null },
      { a: 1, b: 1 },
      { _id: 0, a: null },
    ],
  ],
  exclusion: [
    ['shows everything else', { a: 1, b: 2 }, { b: 0 }, { _id: 0, a: 1 }],
    [
      'goes into documents and arrays',
      { a: { b: 1, c: 2 }, l: [{ b: 1, c: 2 }, 5] },
      { 'a.b': 0, 'l.b': 0 },
      { _id: 0, a: { c: 2 }, l: [{ c: 2 }, 5] },
    ],
    ['of _id alone shows everything else', { a: 1 }, { _id: 0 }, { a: 1 }],
    ['of nothing shows everything', { a: 1 }, {}, { _id: 0, a: 1 }],
  ],
  'the positional $': [
    [
      'shows the element that matched',
      { a: TOKENS, b: 1 },
      { 'a.$': 1 },
      { _id: 0, a: [TOKENS[1]] },
      { 'a.hash': 'b' },
    ],
    ['shows a scalar that matched', { a: [1, 5, 9] }, { 'a.$': 1 }, { _id: 0, a: [5] }, { a: 5 }],
    [
      'reaches a nested array, beside other fields of the same documents',
      USER,
      {
        active: 1,
        roles: 1,
        'services.password.bcrypt': 1,
        'services.totp.enabled': 1,
        'services.resume.loginTokens.$': 1,
      },
      {
        _id: 0,
        active: true,
        roles: ['admin', 'user'],
        services: {
          resume: { loginTokens: [TOKENS[1]] },
          password: { bcrypt: 'x' },
          totp: { enabled: true },
        },
      },
      { 'services.resume.loginTokens.hash': 'b' },
    ],
    [
      'shows what is no array as it is',
      { a: { b: 1 } },
      { 'a.$': 1 },
      { _id: 0, a: { b: 1 } },
      { 'a.b': 1 },
    ],
    [
      'works with $elemMatch in the filter',
      { a: TOKENS },
      { 'a.$': 1 },
      { _id: 0, a: [TOKENS[0]] },
      { a: { $elemMatch: { hash: 'a', when: { $lt: 2 } } } },
    ],
  ],
  $elemMatch: [
    [
      'shows the first element that matches',
      { a: [...TOKENS, { hash: 'b', when: 3 }] },
      { a: { $elemMatch: { hash: 'b' } } },
      { _id: 0, a: [TOKENS[1]] },
    ],
    [
      'shows nothing where none matches',
      { a: TOKENS, b: 1 },
      { a: { $elemMatch: { hash: 'x' } }, b: 1 },
      { _id: 0, b: 1 },
    ],
  ],
};

describe('projections', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  for (const [subject, cases] of Object.entries(CASES)) {
    describe(subject, () => {
      it.each(cases)('%s', async (_behaviour, document, projection, shown, filter = {}) => {
        const things = await engine.things(document);
        // As text, because the order of the fields is part of the document.
        expect(JSON.stringify(await things.findOne(filter, { projection }))).toBe(
          JSON.stringify(shown),
        );
        expect(await things.findOne()).toEqual({ _id: 0, ...document });
      });
    });
  }
});
