import { Logger } from '@nestjs/common';
import { mongo } from 'mongoose';
import { TestClock } from '../../test/support/test-clock';
import { DatabaseConfig } from '../config/database.config';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { StoredSession } from '../workspace-data/sessions/stored-session';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { StoredLoginToken, StoredPersonalAccessToken } from '../workspace-data/users/stored-token';
import { LoginFinder } from './login.finder';
import { RevocableLogin } from './revocation';
import { SessionEnding, sessionEndingId } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

const EARLIER = new Date('2030-01-01T12:00:00Z');
const LATER = new Date('2030-01-01T13:00:00Z');
const MARIA = 'maria';
const HASH = 'hash';

const LOGIN_TOKEN: StoredLoginToken = { when: EARLIER, hashedToken: HASH };
const ACCESS_TOKEN: StoredPersonalAccessToken = {
  type: 'personalAccessToken',
  hashedToken: HASH,
  createdAt: EARLIER,
  lastTokenPart: 'abc',
  name: 'CI',
  bypassTwoFactor: true,
};
const sessionOf = (fields: object = {}): StoredSession => ({
  sessionId: 's',
  userId: MARIA,
  loginToken: HASH,
  loginAt: EARLIER,
  ...fields,
});
const STAMPED = { logoutAt: LATER };
const ENDED = sessionOf(STAMPED);

describe('LoginFinder', () => {
  const warn = jest.spyOn(Logger.prototype, 'warn');
  const findNewestOf = jest.fn<Promise<StoredSession[]>, [unknown[], string[], number]>();
  const findHolders = jest.fn<Promise<Map<string, string>>, [string[]]>();
  const findOf = jest.fn<Promise<Map<string, unknown[]>>, [string[]]>();
  const findPendingUnowned = jest.fn<Promise<Partial<SessionEnding>[]>, [string[]]>();
  let clock: TestClock;
  let finder: LoginFinder;

  beforeEach(() => {
    warn.mockReset();
    findNewestOf.mockReset().mockResolvedValue([]);
    findHolders.mockReset().mockResolvedValue(new Map());
    findOf.mockReset().mockResolvedValue(new Map());
    findPendingUnowned.mockReset().mockResolvedValue([]);
    clock = new TestClock();
    finder = new LoginFinder(
      { findNewestOf } as unknown as SessionsRepository,
      { findHolders, findOf } as unknown as LoginTokensRepository,
      { findPendingUnowned } as unknown as SessionEndingsRepository,
      { timeoutMs: 1001 } as DatabaseConfig,
      clock,
    );
  });

  const owned = (more: Partial<RevocableLogin> = {}): RevocableLogin => ({
    owner: MARIA,
    hashedToken: HASH,
    ...more,
  });
  const ownerless: RevocableLogin = { owner: undefined, hashedToken: HASH };

  it('asks nothing about a login whose live document is known', async () => {
    const session = sessionOf();
    expect(await finder.describe([owned({ session })])).toEqual([
      {
        owner: MARIA,
        hashedToken: HASH,
        endingId: sessionEndingId(MARIA, HASH),
        unowned: false,
        isSession: true,
        session,
      },
    ]);
    for (const read of [findNewestOf, findHolders, findOf, findPendingUnowned]) {
      expect(read).not.toHaveBeenCalled();
    }
  });

  it('reads documents within half of the time for a statement', async () => {
    await finder.describe([owned({ token: LOGIN_TOKEN }), owned({ hashedToken: 'other' })]);
    expect(findNewestOf.mock.calls).toEqual([[[MARIA], [HASH, 'other'], 501]]);
  });

  describe('whether it ends a session', () => {
    it.each<[string, boolean, Partial<RevocableLogin>, StoredSession[], unknown[]]>([
      ['a login token without a document', true, { token: LOGIN_TOKEN }, [], []],
      ['an access token without a document', false, { token: ACCESS_TOKEN }, [], []],
      ['an access token with a live document', true, { token: ACCESS_TOKEN }, [sessionOf()], []],
      ['an access token with a stamped document', false, { token: ACCESS_TOKEN }, [ENDED], []],
      ['a login token with a stamped document', true, { token: LOGIN_TOKEN }, [ENDED], []],
      ['a login token that the owner still has', true, {}, [], [LOGIN_TOKEN]],
      ['an access token that the owner still has', false, {}, [], [ACCESS_TOKEN]],
      [
        'a token that the owner no longer has',
        false,
        {},
        [],
        [{ ...LOGIN_TOKEN, hashedToken: 'x' }],
      ],
      ['no token at all, and a stamped document', false, {}, [ENDED], []],
    ])('%s: %s', async (_what, isSession, login, documents, tokens) => {
      findNewestOf.mockResolvedValue(documents);
      findOf.mockResolvedValue(new Map([[MARIA, tokens]]));
      expect(await finder.describe([owned(login)])).toMatchObject([{ isSession }]);
      const isUnclear = login.token === undefined && documents.every(({ logoutAt }) => logoutAt);
      expect(findOf.mock.calls).toEqual(isUnclear ? [[[MARIA]]] : []);
    });

    it('finds each token among those of its own owner', async () => {
      findOf.mockResolvedValue(
        new Map([
          [MARIA, [{ ...LOGIN_TOKEN, hashedToken: 'x' }, LOGIN_TOKEN]],
          ['rod', []],
        ]),
      );
      const found = await finder.describe([owned(), owned({ owner: 'rod' })]);
      expect(found.map(({ owner, token }) => [owner, token])).toEqual([
        [MARIA, LOGIN_TOKEN],
        ['rod', undefined],
      ]);
    });
  });

  describe('documents', () => {
    it.each<[string, StoredSession[], object]>(
      [
        ['a live one before a newer stamped one', [{}, { loginAt: LATER, ...STAMPED }], {}],
        ['the same in the other order', [{ loginAt: LATER, ...STAMPED }, {}], {}],
        ['the newest of live ones', [{}, { loginAt: LATER }], { loginAt: LATER }],
        ['the same in the other order', [{ loginAt: LATER }, {}], { loginAt: LATER }],
        [
          'the newest of stamped ones',
          [STAMPED, { loginAt: LATER, ...STAMPED }],
          { loginAt: LATER, ...STAMPED },
        ],
      ].map(([what, all, shown]) => [
        what as string,
        (all as object[]).map(sessionOf),
        shown as object,
      ]),
    )('shows %s', async (_what, documents, shown) => {
      findNewestOf.mockResolvedValue(documents);
      const [found] = await finder.describe([owned()]);
      expect(found?.session).toEqual(sessionOf(shown));
    });

    it('prefers a live one without an owner to a stamped one of the owner', async () => {
      findHolders.mockResolvedValue(new Map([[HASH, MARIA]]));
      const live = sessionOf({ userId: undefined });
      findNewestOf.mockResolvedValue([ENDED, live]);
      const found = await finder.describe([ownerless]);
      expect(found).toMatchObject([{ owner: MARIA, unowned: true, isSession: true }]);
      expect(found[0]?.session).toBe(live);
      expect(findNewestOf.mock.calls[0]?.[0]).toEqual([MARIA, undefined]);
    });

    it('shows a stamped one of the owner when there is no live one', async () => {
      findHolders.mockResolvedValue(new Map([[HASH, MARIA]]));
      findNewestOf.mockResolvedValue([ENDED]);
      expect((await finder.describe([ownerless]))[0]?.session).toBe(ENDED);
    });

    it('shows none without an owner for a login that names its owner', async () => {
      findNewestOf.mockResolvedValue([sessionOf({ userId: undefined })]);
      expect((await finder.describe([owned()]))[0]?.session).toBeUndefined();
    });

    it('reads again what a caller knows as stamped, and keeps what a caller knows as live', async () => {
      const known = sessionOf({ hashedToken: 'live' });
      findNewestOf.mockResolvedValue([sessionOf({ sessionId: 'newer' })]);
      const found = await finder.describe([
        owned({ session: ENDED }),
        owned({ hashedToken: 'live', session: known }),
      ]);
      expect(found.map(({ session }) => session)).toEqual([
        sessionOf({ sessionId: 'newer' }),
        known,
      ]);
      expect(findNewestOf.mock.calls[0]?.[1]).toEqual([HASH]);
    });
  });

  describe('owners', () => {
    it.each([
      ['once with its owner and once without', [owned(), ownerless], true],
      ['once without its owner and once with', [ownerless, owned()], true],
      ['twice with its owner', [owned(), owned()], false],
    ])('are found for a login that is named %s: it is one', async (_what, logins, unowned) => {
      findHolders.mockResolvedValue(new Map([[HASH, MARIA]]));
      expect(await finder.describe(logins)).toMatchObject([{ owner: MARIA, unowned }]);
    });

    it('are asked of the endings for tokens alone that nobody holds', async () => {
      findHolders.mockResolvedValue(new Map([[HASH, MARIA]]));
      findPendingUnowned.mockResolvedValue([
        { pending: { since: EARLIER, owner: 'rod', unowned: true, loginToken: 'orphan' } },
        { pending: { since: EARLIER, owner: null, unowned: true, loginToken: 'nobody' } },
        { pending: { since: EARLIER, owner: 'eve', unowned: true } },
        {},
      ]);
      const orphans = ['orphan', 'nobody'].map((hashedToken) => ({
        owner: undefined,
        hashedToken,
      }));
      const found = await finder.describe([ownerless, ...orphans]);
      expect(found.map(({ owner }) => owner)).toEqual([MARIA, 'rod', undefined]);
      expect(findPendingUnowned.mock.calls).toEqual([[['orphan', 'nobody']]]);
    });

    it('are not asked of the endings when every token has a holder', async () => {
      findHolders.mockResolvedValue(new Map([[HASH, MARIA]]));
      await finder.describe([ownerless]);
      expect(findPendingUnowned).not.toHaveBeenCalled();
    });
  });

  describe('when the documents cannot be read', () => {
    const OVER_TIME = new mongo.MongoServerError({ message: 'too slow', code: 50 });
    const AWAY = new mongo.MongoNetworkError('away');

    it.each([
      ['is over time', OVER_TIME],
      ['is away', AWAY],
    ])(
      'finds logins whose tokens are known all the same: the database %s',
      async (_what, error) => {
        findNewestOf.mockRejectedValue(error);
        const found = await finder.describe([owned({ token: LOGIN_TOKEN })]);
        expect(found).toMatchObject([{ isSession: true, token: LOGIN_TOKEN }]);
        expect(found[0]).not.toHaveProperty('session');
      },
    );

    it.each<[string, RevocableLogin[], Error]>([
      [
        'one token is not known',
        [owned({ token: LOGIN_TOKEN }), owned({ hashedToken: 'x' })],
        AWAY,
      ],
      ['it is an error of ours', [owned({ token: LOGIN_TOKEN })], new TypeError('ours')],
    ])('fails when %s', async (_what, logins, error) => {
      findNewestOf.mockRejectedValue(error);
      await expect(finder.describe(logins)).rejects.toBe(error);
    });

    it('says so once a minute, without a text of the database', async () => {
      findNewestOf.mockRejectedValue(OVER_TIME);
      const times = async (): Promise<number> => {
        await finder.describe([owned({ token: LOGIN_TOKEN })]);
        return warn.mock.calls.length;
      };
      expect(await times()).toBe(1);
      clock.advance({ seconds: 59.999 });
      expect(await times()).toBe(1);
      clock.advance({ seconds: 0.001 });
      expect(await times()).toBe(2);
      expect(warn.mock.calls[0]?.[0]).toBe(
        'Sessions are revoked without a description: reading them failed: MongoServerError',
      );
    });
  });

  describe('all logins of a user', () => {
    const ALL = [LOGIN_TOKEN, { ...ACCESS_TOKEN, hashedToken: 'access' }];

    it('have access tokens among them on request alone', async () => {
      findOf.mockResolvedValue(new Map([[MARIA, ALL]]));
      const expected = ALL.map((token) => ({
        owner: MARIA,
        hashedToken: token.hashedToken,
        token,
      }));
      expect(await finder.findAllOf(MARIA, true)).toEqual(expected);
      expect(await finder.findAllOf(MARIA, false)).toEqual(expected.slice(0, 1));
    });

    it('are none for a user who is not there', async () => {
      expect(await finder.findAllOf('nobody', true)).toEqual([]);
    });
  });
});
