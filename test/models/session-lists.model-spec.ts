import fc from 'fast-check';
import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from '../support/app';
import { rounds } from '../support/rounds';
import { newId, TestUser } from '../support/workspace';

const RUNS = rounds(25, 5);

/** Texts that binary, UTF-16, alphabetical and case-insensitive order sort differently. */
const TEXTS = ['', '10', '9', 'B', 'a', 'b', 'é', '\uff5e', '\u{1f600}'];
const KEYS = [
  'loginAt',
  'device.name',
  'device.os.name',
  'device.os.version',
  '_user.name',
  '_user.username',
] as const;
type Key = (typeof KEYS)[number];
type Sort = [Key, 1 | -1][];
type Route = 'list' | 'list.all';

interface Owner {
  id: string;
  name?: string;
  username?: string;
}

interface Login {
  sessionId: string;
  /** Index of an owner; the first is the caller. */
  owner: number;
  loginAt?: number;
  device?: {
    name?: string | null;
    type?: string;
    os?: { name?: string | null; version?: string | null };
  };
  host?: string;
  /** Whether there is an older record of the same login with other values. */
  hasOlder: boolean;
}

interface Question {
  route: Route;
  sort: Sort;
  filter: string;
  count: number;
}

const optional = { requiredKeys: [] };
const text = fc.constantFrom(...TEXTS);
const textOrNull = fc.option(text, { freq: 6 });
const login: fc.Arbitrary<Login> = fc.record(
  {
    sessionId: fc.string({ unit: fc.constantFrom('a', 'B', 'c', '0', '_'), minLength: 1 }),
    owner: fc.oneof(fc.constant(0), fc.nat(5)),
    loginAt: fc.integer({ min: 1, max: 3 }),
    device: fc.record(
      {
        name: textOrNull,
        type: fc.constantFrom('browser', 'mobile'),
        os: fc.record({ name: textOrNull, version: textOrNull }, optional),
      },
      optional,
    ),
    host: fc.constantFrom('Alpha.example', 'beta.example'),
    hasOlder: fc.boolean(),
  },
  { requiredKeys: ['sessionId', 'owner', 'hasOlder'] },
);
const question: fc.Arbitrary<Question> = fc.record({
  route: fc.constantFrom('list', 'list.all'),
  sort: fc.uniqueArray(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom(1, -1)), {
    selector: ([key]) => key,
  }),
  filter: fc.oneof(fc.constant(''), fc.constantFrom('b', 'A', 'a_', 'ALPHA', 'mob', '.', 'é')),
  count: fc.integer({ min: 1, max: 12 }),
});
const logins = fc.uniqueArray(login, {
  selector: ({ sessionId }) => sessionId,
  maxLength: 40,
  size: 'max',
});

/** The value by which a list sorts a session. */
function valueOf({ loginAt, device }: Login, owner: Owner | undefined, key: Key): unknown {
  const values: Record<Key, unknown> = {
    loginAt,
    'device.name': device?.name,
    'device.os.name': device?.os?.name,
    'device.os.version': device?.os?.version,
    '_user.name': owner?.name,
    '_user.username': owner?.username,
  };
  return values[key];
}

/** Missing values first, numbers by size, text by bytes. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') {
    return Buffer.compare(Buffer.from(a), Buffer.from(b));
  }
  return Number((a ?? null) !== null) - Number((b ?? null) !== null);
}

const toKey = ({ sessionId }: { sessionId: string }): string => sessionId;

describe('session lists with any sort, filter and page size', () => {
  let app: TestApp;
  let caller: TestUser;
  let owners: Owner[];

  const sessions = (): ReturnType<TestApp['workspace']['db']['collection']> =>
    app.workspace.db.collection('rocketchat_sessions');

  const ownerOf = ({ owner }: Login): Owner => {
    const found = owners[owner % owners.length];
    if (!found) throw new Error('There are no owners.');
    return found;
  };

  const store = async (made: Login[]): Promise<void> => {
    const documents = made.flatMap((one) => {
      const { sessionId, loginAt, device, host, hasOlder } = one;
      const common = {
        type: 'session',
        sessionId,
        userId: ownerOf(one).id,
        loginToken: hashLoginToken(sessionId),
        ...(host !== undefined && { host }),
      };
      const newest = {
        ...common,
        ...(device && { device }),
        ...(loginAt !== undefined && { loginAt: new Date(loginAt) }),
      };
      const older = { ...common, loginAt: new Date(0), device: { name: 'A', os: { name: 'A' } } };
      return hasOlder && loginAt !== undefined ? [older, newest] : [newest];
    });
    await sessions().deleteMany({});
    if (documents.length > 0) await sessions().insertMany(documents);
  };

  /** @returns the ids that the contract demands, in its order */
  const expected = (made: Login[], { route, sort, filter }: Question): string[] => {
    const shown = (one: Login): Owner | undefined => {
      const owner = ownerOf(one);
      return route === 'list.all' && owner.id !== 'gone' ? owner : undefined;
    };
    const isFound = (one: Login): boolean => {
      const { sessionId, device, host } = one;
      const own = [device?.name, device?.type, device?.os?.name, sessionId, ownerOf(one).id, host];
      return [...own, shown(one)?.name, shown(one)?.username].some((value) =>
        (value ?? '').toLowerCase().includes(filter.toLowerCase()),
      );
    };
    const order: Sort = sort.length > 0 ? sort : [['loginAt', -1]];
    const inOrder = (a: Login, b: Login): number => {
      for (const [key, direction] of order) {
        const result = compare(valueOf(a, shown(a), key), valueOf(b, shown(b), key));
        if (result !== 0) return result * direction;
      }
      return compare(a.sessionId, b.sessionId) * (order.at(-1)?.[1] ?? 1);
    };
    return made
      .filter((one) => route === 'list.all' || ownerOf(one).id === caller.id)
      .filter(isFound)
      .sort(inOrder)
      .map(toKey);
  };

  const ask = async (
    { route, sort, filter }: Question,
    page: { count: number; offset: number },
  ): Promise<{ ids: string[]; total: number }> => {
    const query = new URLSearchParams({
      sort: JSON.stringify(Object.fromEntries(sort)),
      filter,
      count: String(page.count),
      offset: String(page.offset),
    });
    const answer = await app.call(`/api/v1/sessions/${route}?${query.toString()}`, {
      headers: caller.headers,
    });
    expect([answer.status, answer.body]).toEqual([200, expect.objectContaining(page)]);
    const { sessions, total } = answer.body as { sessions: { sessionId: string }[]; total: number };
    return { ids: sessions.map(toKey), total };
  };

  beforeAll(async () => {
    app = await TestApp.start();
    caller = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
      fields: { name: 'b', username: 'caller' },
    });
    const others: Owner[] = [
      { id: newId(), name: 'b', username: 'Zoe' },
      { id: newId(), name: 'B', username: '\uff5e' },
      { id: newId(), name: '\u{1f600}', username: '\u{1f600}' },
      { id: newId() },
    ];
    await app.workspace.db
      .collection<{ _id: string }>('users')
      .insertMany(others.map(({ id: _id, ...names }) => ({ _id, ...names, active: true })));
    owners = [
      { id: caller.id, name: 'b', username: 'caller' },
      ...others,
      // A user who has been deleted.
      { id: 'gone' },
    ];
  });
  afterAll(() => app.close());

  it('cuts one total order into pages, with nothing twice and nothing missing', async () => {
    await fc.assert(
      fc.asyncProperty(logins, question, async (made, asked) => {
        await store(made);
        const reference = expected(made, asked);
        const whole = await ask(asked, { count: 100, offset: 0 });
        expect(whole).toEqual({ ids: reference, total: reference.length });
        expect(new Set(whole.ids).size).toBe(whole.ids.length);

        const { count } = asked;
        const paged: string[] = [];
        for (let offset = 0; offset <= reference.length; offset += count) {
          const page = await ask(asked, { count, offset });
          expect(page.total).toBe(reference.length);
          expect(page.ids).toHaveLength(Math.min(count, reference.length - offset));
          paged.push(...page.ids);
        }
        expect(paged).toEqual(whole.ids);
        expect(await ask(asked, { count: 100, offset: 0 })).toEqual(whole);
      }),
      { numRuns: RUNS },
    );
  }, 120_000);

  it('returns the same pages whatever the order in which the sessions were stored', async () => {
    await fc.assert(
      fc.asyncProperty(logins, question, async (made, asked) => {
        await store(made);
        const first = await ask(asked, { count: 100, offset: 0 });
        await store([...made].reverse());
        expect(await ask(asked, { count: 100, offset: 0 })).toEqual(first);
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
