import { isLive, LIVE, newest } from '../../../src/workspace-data/sessions/live-session';
import { StoredSession } from '../../../src/workspace-data/sessions/stored-session';
import { openTestDatabase, TestDatabase } from '../../support/database';

const DATE = new Date(0);
const VALUES: Record<'sessionId' | 'loginToken' | 'logoutAt', [unknown, boolean][]> = {
  sessionId: [
    ['s', true],
    [' ', true],
    ['', false],
    [null, false],
    [undefined, false],
    [7, false],
    [{}, false],
    [DATE, false],
  ],
  loginToken: [
    ['h', true],
    ['', false],
    [null, false],
    [undefined, false],
    [7, false],
    [{ a: 'h' }, false],
  ],
  logoutAt: [
    [undefined, true],
    [null, true],
    [DATE, false],
    ['', false],
    [0, false],
    [false, false],
  ],
};

/** Every combination, with what is expected of it. */
const CASES = VALUES.sessionId.flatMap(([sessionId, hasId]) =>
  VALUES.loginToken.flatMap(([loginToken, hasToken]) =>
    VALUES.logoutAt.map(([logoutAt, isOpen]) => ({
      document: Object.fromEntries(
        Object.entries({ sessionId, loginToken, logoutAt }).filter(
          ([, value]) => value !== undefined,
        ),
      ),
      live: hasId && hasToken && isOpen,
    })),
  ),
);

describe('a live session', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await openTestDatabase();
    const documents = CASES.map(({ document }, n) => ({ ...document, n }));
    await database.db.collection('rocketchat_sessions').insertMany(documents);
  });
  afterAll(() => database.close());

  it('is the same to the predicate, to the filter, and in a pipeline', async () => {
    const expected = CASES.flatMap(({ live }, n) => (live ? [n] : []));
    expect(CASES.flatMap(({ document }, n) => (isLive(document) ? [n] : []))).toEqual(expected);
    const sessions = database.db.collection<{ n: number }>('rocketchat_sessions');
    const found = await sessions.find(LIVE as object).toArray();
    expect(found.map(({ n }) => n).sort((a, b) => a - b)).toEqual(expected);
    const piped = await sessions.aggregate<{ n: number }>([{ $match: LIVE }]).toArray();
    expect(piped.map(({ n }) => n).sort((a, b) => a - b)).toEqual(expected);
  });

  it.each([{ sessionId: ['s'] }, { loginToken: ['h'] }, { logoutAt: [null] }])(
    'with a list, %j, is live to the filter only',
    async (list) => {
      const document = { sessionId: 's', loginToken: 'h', ...list };
      const lists = database.db.collection('lists');
      const { insertedId } = await lists.insertOne({ ...document });
      expect(isLive(document as unknown as StoredSession)).toBe(false);
      expect(await lists.countDocuments({ _id: insertedId, ...LIVE })).toBe(1);
    },
  );

  it('of a login is the newest by the time of its login, whatever else that may be', () => {
    const [old, late, broken] = [new Date(1), new Date(2), 'yesterday'].map(
      (loginAt) => ({ loginAt }) as StoredSession,
    );
    expect(newest([broken, old, late, old].flatMap((one) => one ?? []))).toBe(late);
    expect(newest<StoredSession>([])).toBeUndefined();
  });
});
