import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from './app';
import { invalidParameters } from './expectations';
import { HttpAnswer } from './http';
import { TestUser } from './workspace';

interface Row extends Record<string, unknown> {
  sessionId: string;
}

/** The body of a list. */
export interface Page {
  sessions: Row[];
  total: number;
  count: number;
  offset: number;
}

/** The body of an answer that is a list. */
export const page = ({ body }: HttpAnswer): Page => body as Page;
const ids = (answer: HttpAnswer): string[] => page(answer).sessions.map((row) => row.sessionId);

/**
 * Declares the tests of what `sessions/list` and `sessions/list.all` have in common: rows, paging, sorting and filter.
 *
 * @param route behind `/api/v1/sessions/`
 */
export function describeSessionList(route: 'list' | 'list.all'): void {
  describe(`GET /api/v1/sessions/${route}: rows, paging, sorting and filter`, () => {
    let app: TestApp;
    let caller: TestUser;

    /** Sends the request as the caller, whose token bypasses the second factor. */
    const list = (query: Record<string, string> = {}): Promise<HttpAnswer> =>
      app.call(`/api/v1/sessions/${route}?${new URLSearchParams(query).toString()}`, {
        headers: caller.headers,
      });

    /** Creates a live session that both lists contain. */
    const createSession = async (fields: Record<string, unknown> = {}): Promise<string> => {
      const { sessionId } = await app.workspace.createSession({ userId: caller.id, ...fields });
      return String(sessionId);
    };

    beforeAll(async () => {
      app = await TestApp.start();
    });
    beforeEach(async () => {
      await app.workspace.db.collection('rocketchat_sessions').deleteMany({});
      await app.workspace.db.collection('users').deleteMany({});
      caller = await app.workspace.createUser({
        personalAccessToken: { bypassTwoFactor: true },
        fields: { name: 'Cal', username: 'cal' },
      });
    });
    afterAll(() => app.close());

    it('answers the documented body when there are no sessions', async () => {
      expect((await list()).text).toBe(
        '{"sessions":[],"total":0,"count":50,"offset":0,"success":true}',
      );
    });

    it('answers rows with the documented order of keys', async () => {
      const at = new Date(Date.UTC(2024, 0, 1));
      const sessionId = await createSession({ loginAt: at });
      const own = route === 'list';
      expect((await list()).text).toBe(
        JSON.stringify({
          sessions: [
            {
              sessionId,
              userId: caller.id,
              device: {
                type: 'browser',
                name: 'Firefox',
                longVersion: '115.0',
                os: { name: 'Linux', version: '' },
                version: '115.0',
              },
              host: 'chat.example.com',
              ip: '192.0.2.7',
              loginAt: at,
              ...(own ? {} : { _user: { name: 'Cal', username: 'cal' } }),
              _id: sessionId,
              ...(own ? { current: false } : {}),
            },
          ],
          total: 1,
          count: 50,
          offset: 0,
          success: true,
        }),
      );
    });

    it('answers the newest live document of each login token', async () => {
      const loginToken = hashLoginToken('one');
      const day = (n: number): Date => new Date(Date.UTC(2024, 0, n));
      await createSession({ loginToken, loginAt: day(1) });
      const newest = await createSession({ loginToken, loginAt: day(3) });
      await createSession({ loginToken, loginAt: day(2) });
      await createSession({ loginToken, loginAt: day(4), logoutAt: day(5) });
      const answer = await list();
      expect(ids(answer)).toEqual([newest]);
      expect(page(answer).total).toBe(1);
    });

    it('answers live sessions only', async () => {
      const live = await createSession();
      const closed = await createSession({ closedAt: new Date(0) });
      const bare = await createSession({ device: undefined, host: undefined });
      await createSession({ logoutAt: new Date(0) });
      await createSession({ sessionId: undefined });
      await createSession({ sessionId: '' });
      await createSession({ loginToken: undefined });
      await createSession({ loginToken: '' });
      await createSession({ loginToken: null });
      await createSession({
        type: 'user_daily',
        sessionId: undefined,
        loginToken: undefined,
        devices: [{ sessions: 1, time: 2 }],
      });
      expect(new Set(ids(await list()))).toEqual(new Set([live, closed, bare]));
    });

    it('limits the time of the query in the database', async () => {
      const commands = await app.commandsDuring(() => list());
      const aggregate = commands.find(({ commandName }) => commandName === 'aggregate');
      expect(aggregate?.command).toMatchObject({ maxTimeMS: 20_000 });
    });

    it('answers neither a token nor its hash', async () => {
      await createSession({ loginToken: hashLoginToken(caller.token) });
      const { text } = await list();
      expect(text).not.toContain(hashLoginToken(caller.token));
    });

    describe('paging', () => {
      beforeEach(async () => {
        for (let n = 0; n < 7; n++) await createSession({ loginAt: new Date(n) });
      });

      it('divides the whole list into pages', async () => {
        const whole = ids(await list());
        expect(whole).toHaveLength(7);
        const parts = [];
        for (const offset of ['0', '3', '6', '9']) parts.push(await list({ count: '3', offset }));
        expect(parts.flatMap(ids)).toEqual(whole);
        expect(parts.map((part) => page(part).total)).toEqual([7, 7, 7, 7]);
        expect(parts.map((part) => page(part).offset)).toEqual([0, 3, 6, 9]);
      });

      it.each([
        ['100', 100],
        ['101', 100],
        ['2147483647', 100],
        ['1', 1],
        ['1e1', 10],
      ])('reads count=%s as %d', async (count, effective) => {
        expect(page(await list({ count })).count).toBe(effective);
      });

      it.each<[Record<string, string>, string]>([
        [{ count: '0' }, 'must be >= 1'],
        [{ count: '-5' }, 'must be >= 1'],
        [{ offset: '-1' }, 'must be >= 0'],
        [{ offset: '1e300' }, 'must be <= 2147483647'],
        [{ count: '1.5' }, 'must be integer'],
        [{ count: 'ten' }, 'must be number'],
        [{ count: '' }, 'must be number'],
        [{ count: '0x10' }, 'must be number'],
        [{ count: 'Infinity' }, 'must be number'],
        [{ offset: 'NaN' }, 'must be number'],
        [{ 'count[$gt]': '1' }, 'must be number'],
        [{ 'filter[$ne]': '1' }, 'must be string'],
        [{ page: '1' }, 'must NOT have additional properties'],
      ])('answers 400 to the parameters %j', async (query, message) => {
        expect(await list(query)).toMatchObject(invalidParameters(message));
      });
    });

    describe('sorting', () => {
      const device = (name: string, os: string, version: string): object => ({
        name,
        os: { name: os, version },
      });
      let byName: Record<string, string>;

      beforeEach(async () => {
        byName = {
          a: await createSession({ loginAt: new Date(1), device: device('A', 'X', '2') }),
          b: await createSession({ loginAt: new Date(3), device: device('B', 'Y', '1') }),
          c: await createSession({ loginAt: new Date(2), device: device('B', 'X', '3') }),
        };
      });

      const sorted = async (sort: string): Promise<string> => {
        const found = ids(await list({ sort }));
        return found.map((id) => Object.keys(byName).find((name) => byName[name] === id)).join('');
      };

      it.each([
        ['{}', 'bca'],
        ['{"loginAt":-1}', 'bca'],
        ['{"loginAt":1}', 'acb'],
        ['{"device.name":1,"loginAt":1}', 'acb'],
        ['{"device.name":-1,"loginAt":1}', 'cba'],
        ['{"device.os.name":1,"loginAt":-1}', 'cab'],
        ['{"device.os.name":-1,"device.name":-1}', 'bca'],
        ['{"device.os.version":1}', 'bac'],
        ['{"device.os.version":-1}', 'cab'],
      ])('sorts by %s', async (sort, expected) => {
        expect(await sorted(sort)).toBe(expected);
      });

      it('sorts the whole list before it pages', async () => {
        const first = await list({ sort: '{"loginAt":1}', count: '1' });
        expect(ids(first)).toEqual([byName.a]);
      });

      it('breaks ties by session id, in the direction of the last key', async () => {
        await app.workspace.db.collection('rocketchat_sessions').deleteMany({});
        const made = [];
        for (let n = 0; n < 9; n++) made.push(await createSession({ loginAt: new Date(0) }));
        made.sort();
        expect(ids(await list({ sort: '{"device.name":1}' }))).toEqual(made);
        expect(ids(await list({ sort: '{"device.name":-1,"loginAt":1}' }))).toEqual(made);
        made.reverse();
        expect(ids(await list())).toEqual(made);
        expect(ids(await list({ sort: '{"device.name":-1}' }))).toEqual(made);
      });

      it.each(['loginAt', '[]', '"loginAt"', 'null', '{', '{"loginAt":0}', '{"loginAt":"1"}', '1'])(
        'answers 400 to sort=%s',
        async (sort) => {
          expect(await list({ sort })).toMatchObject({
            status: 400,
            text: JSON.stringify({
              success: false,
              error: `Invalid sort parameter provided: "${sort}" [error-invalid-sort]`,
              errorType: 'error-invalid-sort',
            }),
          });
        },
      );

      it.each([
        '{"ip":1}',
        '{"loginToken":1}',
        '{"__proto__":1}',
        '{"$where":1}',
        '{"loginAt":1,"x":1}',
      ])('answers 400 to an unknown key in sort=%s', async (sort) => {
        expect(await list({ sort })).toMatchObject({
          status: 400,
          text: '{"success":false,"error":"error-invalid-sort-keys"}',
        });
      });
    });

    describe('filter', () => {
      it.each<[string, Record<string, unknown>]>([
        ['device name', { device: { name: 'Needle' } }],
        ['device type', { device: { type: 'needle' } }],
        ['OS name', { device: { os: { name: 'NEEDLE OS' } } }],
        ['session id', { sessionId: 'xxNeedLexx' }],
        ['address', { ip: 'needle' }],
        ['host', { host: 'needle.example.com' }],
      ])('finds the filter text in the %s, in any case', async (_case, fields) => {
        const found = await createSession(fields);
        await createSession();
        const answer = await list({ filter: 'needle' });
        expect(ids(answer)).toEqual([found]);
        expect(page(answer).total).toBe(1);
      });

      it('finds the filter text in the user id', async () => {
        const own = await createSession();
        expect(ids(await list({ filter: caller.id.slice(2, 12) }))).toEqual([own]);
      });

      it.each(['.', '.*', '^', '$', '[', '(', '\\', '(a+)+$', '|', '{"$ne":1}', '\0', '*', 'x/i'])(
        'matches the filter %j literally',
        async (filter) => {
          await createSession({ host: 'plain', ip: 'plain' });
          const odd = await createSession({ device: { name: `a${filter}b` } });
          const plain = ids(await list({ filter: 'plain' }));
          expect(plain).toHaveLength(1);
          // A host or an address may contain a dot; only the device name contains the whole text.
          expect(ids(await list({ filter: `a${filter}b` }))).toEqual([odd]);
        },
      );

      it('ignores an empty filter and accepts one of 10,000 characters', async () => {
        await createSession();
        expect(page(await list({ filter: '' })).total).toBe(1);
        expect(page(await list({ filter: '.'.repeat(10_000) })).total).toBe(0);
      });
    });
  });
}
