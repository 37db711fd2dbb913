import fc from 'fast-check';
import { GramStatistics } from '../../../src/session-index/gram.statistics';
import { telling } from '../../../src/session-index/grams';
import { ListPosition } from '../../../src/session-index/list-position';
import { SORT_KEYS } from '../../../src/session-index/session-order';
import { TestApp } from '../../support/app';
import { IndexScene, Question, shown } from '../../support/index-scene';
import { rounds } from '../../support/rounds';

const RUNS = rounds(12, 4, 200);

/** Texts that binary, UTF-16, alphabetical and case-insensitive order sort differently, and separators. */
const TEXTS = [
  '',
  '10',
  '9',
  'B',
  'a',
  'b',
  'é',
  'É',
  '\uff5e',
  '\u{1f600}',
  '\0',
  'a\0',
  '\u0001b',
];
const KELVIN = 'Kel\u212Ain ſ σς';
/** What another program may have written where a list sorts. */
const odd = fc.constantFrom<unknown>(null, undefined, 7, -1.5, 0, true, false, new Date(2));
const text = fc.constantFrom<unknown>(...TEXTS, KELVIN, 'kelkin s σσ');
const value = fc.oneof({ weight: 5, arbitrary: text }, { weight: 1, arbitrary: odd });
const loginAt = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -2, max: 3 }).map((at) => new Date(at)) },
  { weight: 1, arbitrary: value },
);
const OWNERS = ['u1', 'u2', 'u3', 'gone', '', null, undefined];

/** A session document; undefined fields are missing. */
const document = fc.record({
  sessionId: fc.constantFrom('s1', 's2', 's3', 'S1', '', undefined),
  loginToken: fc.constantFrom('t1', 't2', 't3', 't4', 't5', '', null, undefined),
  userId: fc.constantFrom(...OWNERS),
  loginAt,
  ip: fc.constantFrom('192.0.2.1', undefined),
  host: fc.constantFrom('Alpha.example', 'beta.example', undefined),
  device: fc.oneof(
    // A list there sorts by its kind alone in the index (docs/adr/0030), so there is none here.
    fc.constantFrom(null, undefined, 'text'),
    fc.record({
      name: value,
      type: fc.constantFrom('browser', 'mobile', undefined),
      os: fc.oneof(fc.constant(undefined), fc.record({ name: value, version: value })),
    }),
  ),
  logoutAt: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(undefined, null) },
    { weight: 1, arbitrary: fc.constant(new Date(9)) },
  ),
});
const order = fc.uniqueArray(
  fc.tuple(fc.constantFrom(...SORT_KEYS), fc.constantFrom<1 | -1>(1, -1)),
  { selector: ([key]) => key, minLength: 1, maxLength: 3 },
);
const question = fc.record({
  order: order,
  filter: fc.oneof(
    fc.constant(''),
    fc.constantFrom(
      'b',
      'A',
      'alpha',
      'ALPHA.',
      'mob',
      '192.0',
      '192.0.2.1',
      'PHA.exa',
      'é',
      'kelk',
      'K',
      'ſ',
      'one',
      'ΣΣ',
    ),
  ),
  count: fc.integer({ min: 1, max: 8 }),
  isFrequent: fc.boolean(),
});

const without = (fields: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, one]) => one !== undefined));

describe('lists from the index and from the documents', () => {
  let scene: IndexScene;

  const store = async (documents: object[]): Promise<void> => {
    await scene.db.collection('rocketchat_sessions').deleteMany({});
    await scene.db.collection('ws_live_sessions').deleteMany({});
    if (documents.length > 0) {
      await scene.db.collection('rocketchat_sessions').insertMany(documents.map(without));
    }
    const tokens = ['t1', 't2', 't3', 't4', 't5'];
    await scene.projector.projectChanged({ tokens });
  };

  /** Forgets how frequent pieces are, and takes those of a text for as frequent as in a large workspace. */
  const forgetPieces = async (frequent: string): Promise<void> => {
    const statistics = scene.app.app.get(GramStatistics, { strict: false });
    scene.app.clock.advance({ seconds: 600 });
    await statistics.rarest([]);
    for (const gram of telling(frequent)) statistics.markCommon(gram);
  };

  const walk = async (
    asked: Question,
    page: (after: ListPosition | undefined) => Promise<{
      rows: { sessionId: string; _id: { token: string } }[];
      next?: ListPosition;
    }>,
  ): Promise<string[]> => {
    const seen: string[] = [];
    let after: ListPosition | undefined;
    for (let steps = 0; steps < 100; steps++) {
      const { rows, next } = await page(after);
      expect(rows.length).toBeLessThanOrEqual(asked.count);
      seen.push(...rows.map(({ sessionId, _id }) => `${sessionId} ${_id.token}`));
      if (!next) return seen;
      after = next;
    }
    throw new Error('The walk has no end.');
  };

  beforeAll(async () => {
    const app = await TestApp.start();
    scene = new IndexScene(app);
    await scene.use();
    await scene.db.collection<{ _id: string; [name: string]: unknown }>('users').insertMany([
      { _id: 'u1', name: 'One', username: 'b' },
      { _id: 'u2', name: '\u{1f600}', username: '\uff5e', avatarETag: 'etag' },
      { _id: 'u3', username: 'kelvin' },
    ]);
  });
  afterAll(() => scene.app.close());

  it('are the same, page by page, in any order and with any filter', async () => {
    const documents = fc.array(document, { maxLength: 25, size: 'max' });
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(question, { minLength: 3, maxLength: 3 }),
        async (made, all) => {
          await store(made);
          for (const { isFrequent, ...asked } of all) {
            await forgetPieces(isFrequent ? asked.filter : '');
            const whole = { ...asked, count: 100 };
            const reference = await scene.aggregated(whole);
            const ids = (page: typeof reference): string[] =>
              page.rows.map(({ sessionId, _id }) => `${sessionId} ${_id.token}`);
            const answer = await scene.indexed(whole);
            expect(answer.total).toBe(reference.total);
            expect(shown(answer).rows).toHaveLength(reference.rows.length);
            // Rows that tie in all values and in the session id stand in any order.
            expect([...ids(answer)].sort()).toEqual([...ids(reference)].sort());
            expect(answer.rows.map(({ sessionId }) => sessionId)).toEqual(
              reference.rows.map(({ sessionId }) => sessionId),
            );
            for (const from of ['indexed', 'aggregated'] as const) {
              const walked = await walk(asked, (after) => scene[from](asked, after));
              expect(walked.length).toBe(reference.total);
              expect(new Set(walked).size).toBe(
                reference.rows.length === 0 ? 0 : new Set(ids(reference)).size,
              );
            }
            const second = await scene.indexed(asked, undefined, asked.count);
            expect(second.rows.map(({ sessionId }) => sessionId)).toEqual(
              reference.rows.slice(asked.count, 2 * asked.count).map(({ sessionId }) => sessionId),
            );
          }
        },
      ),
      { numRuns: RUNS },
    );
  }, 900_000);

  it('show the same fields', async () => {
    const device = { name: 'Firefox', type: 'browser', os: { name: 'Linux', version: '6' } };
    const common = { device, host: 'h', ip: '192.0.2.1' };
    await store([
      { loginToken: 't1', sessionId: 's1', userId: 'u1', loginAt: new Date(1), ...common },
      { loginToken: 't1', sessionId: 's0', userId: 'u1', loginAt: new Date(0) },
      { loginToken: 't1', sessionId: 's9', userId: 'u2', loginAt: new Date(2), ...common },
      { loginToken: 't2', sessionId: 's2', userId: 'gone' },
    ]);
    const asked: Question = { order: [['loginAt', -1]], filter: '', count: 10 };
    const reference = shown(await scene.aggregated(asked));
    expect(reference.total).toBe(3);
    expect(shown(await scene.indexed(asked))).toEqual(reference);
  });

  it('show no row that has ended since it was written, and mend the index', async () => {
    await store(
      ['t1', 't2', 't3', 't4'].map((loginToken, n) => ({
        ...{ loginToken, sessionId: `s${n}`, userId: 'u1', loginAt: new Date(n) },
      })),
    );
    const sessions = scene.db.collection('rocketchat_sessions');
    await sessions.updateMany(
      { loginToken: { $in: ['t4', 't3'] } },
      { $set: { logoutAt: new Date(9) } },
    );
    const asked: Question = { order: [['loginAt', -1]], filter: '', count: 2 };
    const page = await scene.indexed(asked);
    expect(page.rows.map(({ sessionId }) => sessionId)).toEqual(['s1', 's0']);
    expect(page.total).toBe(2);
    await scene.app.settled();
    const rows = await scene.db
      .collection('ws_live_sessions')
      .find({ token: { $gt: '' } })
      .toArray();
    expect(rows.map(({ token }) => String(token)).sort()).toEqual(['t1', 't2']);
  });
});
