import { mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { HistoryConfig } from '../config/history.config';
import { SessionsRepository, SessionStamp } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository, TokensOf } from '../workspace-data/users/login-tokens.repository';
import { EndingSettler } from './ending.settler';
import { FoundLogin } from './login.finder';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';
import { SESSIONS_REVOKED } from './sessions-revoked';

const NOW = new Date(0);

class StandingClock extends Clock {
  now(): Date {
    return NOW;
  }
}

/** An ending of this owner, with changes. */
const pendingOf = (owner: string, change: object = {}, pending: object = {}): SessionEnding =>
  ({
    _id: `ending-${owner}`,
    endedAt: NOW,
    endedBy: 'admin',
    pending: { since: NOW, owner, unowned: false, loginToken: `hash-${owner}`, ...pending },
    ...change,
  }) as SessionEnding;

describe('SessionRevoker.complete', () => {
  const settle = jest.fn<Promise<void>, [readonly SessionEnding[]]>(() => Promise.resolve());
  const stamp = jest.fn<Promise<void>, [readonly SessionStamp[]]>(() => Promise.resolve());
  const remove = jest.fn<Promise<void>, [readonly TokensOf[]]>(() => Promise.resolve());
  const revoker = new SessionRevoker(
    {} as SessionEndingsRepository,
    { remove } as unknown as LoginTokensRepository,
    { stamp } as unknown as SessionsRepository,
    { settle } as unknown as EndingSettler,
    new StandingClock(),
    new HistoryConfig(),
  );
  const failFor = (isBad: (owner: string) => boolean, error: Error): void => {
    remove.mockImplementation((removals) =>
      removals.some(({ owner }) => isBad(owner)) ? Promise.reject(error) : Promise.resolve(),
    );
  };

  beforeEach(() => {
    jest.resetAllMocks();
  });

  it('finishes nothing for an ending of which only the record is left, and settles it', async () => {
    const endings = [
      pendingOf('a', {}, { loginToken: undefined }),
      pendingOf('b', { pending: undefined }),
    ];
    expect(await revoker.complete(endings)).toBe(2);
    expect(remove.mock.calls.flat(2)).toEqual([]);
    expect(stamp.mock.calls.flat(2)).toEqual([]);
    expect(settle.mock.calls).toEqual([[endings]]);
  });

  it('stamps what one revocation ended of one owner together, and all else apart', async () => {
    const ending = (loginToken: string, change: object = {}, pending: object = {}): SessionEnding =>
      pendingOf('a', change, { loginToken, ...pending });
    await revoker.complete([
      ending('1'),
      ending('2'),
      ending('3', { endedBy: 'other' }),
      ending('4', { endedAt: new Date(1) }),
      ending('5', {}, { unowned: true }),
      ending('6', {}, { owner: 'b' }),
      ending('7', {}, { owner: null }),
    ]);
    const of = { owner: 'a', unowned: false, at: NOW, by: 'admin' };
    expect(stamp.mock.calls).toEqual([
      [
        [
          { ...of, hashedTokens: ['1', '2'] },
          { ...of, by: 'other', hashedTokens: ['3'] },
          { ...of, at: new Date(1), hashedTokens: ['4'] },
          { ...of, unowned: true, hashedTokens: ['5'] },
          { ...of, owner: 'b', hashedTokens: ['6'] },
          { ...of, owner: undefined, hashedTokens: ['7'] },
        ],
      ],
    ]);
    expect(remove.mock.calls).toEqual([
      [
        [
          { owner: 'a', hashedTokens: ['1', '2', '3', '4', '5'] },
          { owner: 'b', hashedTokens: ['6'] },
        ],
      ],
    ]);
  });

  it('finishes each by itself when they fail together, and settles those that it finished', async () => {
    failFor((owner) => owner === 'b', new TypeError('of one user'));
    expect(await revoker.complete(['a', 'b', 'c'].map((id) => pendingOf(id)))).toBe(2);
    expect(settle.mock.calls).toEqual([[['a', 'c'].map((id) => pendingOf(id))]]);
    expect(stamp).toHaveBeenCalledTimes(2);
  });

  it('settles nothing when it finished nothing', async () => {
    failFor(() => true, new TypeError('of all'));
    expect(await revoker.complete(['a', 'b'].map((id) => pendingOf(id)))).toBe(0);
    expect(settle.mock.calls.flat(2)).toEqual([]);
  });

  it('does not try each of a thousand on a database that is away', async () => {
    failFor(() => true, new mongo.MongoNetworkError('away'));
    const endings = Array.from({ length: 1000 }, (_, n) => pendingOf(String(n)));
    expect(await revoker.complete(endings)).toBe(0);
    expect(remove).toHaveBeenCalledTimes(4);
  });

  it('tries each of many when they fail for another reason, however many have failed', async () => {
    failFor((owner) => owner !== '9', new TypeError('of most'));
    const endings = Array.from({ length: 10 }, (_, n) => pendingOf(String(n)));
    expect(await revoker.complete(endings)).toBe(1);
    expect(settle.mock.calls).toEqual([[[pendingOf('9')]]]);
  });

  it('removes all tokens before it stamps the documents of 50 logins at a time', async () => {
    const endings = Array.from({ length: 120 }, (_, n) => pendingOf(String(n)));
    stamp.mockImplementation(() => {
      expect(remove.mock.calls[0]?.[0]).toHaveLength(120);
      return Promise.resolve();
    });
    expect(await revoker.complete(endings)).toBe(120);
    const lengths = stamp.mock.calls.map(([stamps]) =>
      stamps.reduce((sum, { hashedTokens }) => sum + hashedTokens.length, 0),
    );
    expect(lengths).toEqual([50, 50, 20]);
  });
});

describe('SessionRevoker.revoke', () => {
  const LATER = new Date(1000);
  const inserted: SessionEnding[] = [];
  const stamps: SessionStamp[] = [];
  let existing: SessionEnding[] = [];
  const revoker = new SessionRevoker(
    {
      insertNew: (endings: SessionEnding[]) => {
        inserted.push(...endings);
        return Promise.resolve(existing.map(({ _id }) => _id));
      },
      findByIds: () => Promise.resolve(existing),
    } as unknown as SessionEndingsRepository,
    { remove: () => Promise.resolve() } as unknown as LoginTokensRepository,
    {
      stamp: (more: SessionStamp[]) => Promise.resolve(stamps.push(...more)),
    } as unknown as SessionsRepository,
    {} as EndingSettler,
    new StandingClock(),
    new HistoryConfig(),
  );
  const found = (id: string, more: Partial<FoundLogin> = {}): FoundLogin => ({
    owner: 'maria',
    hashedToken: `hash-${id}`,
    endingId: id,
    unowned: false,
    isSession: true,
    session: { sessionId: `session-${id}`, userId: 'maria' },
    ...more,
  });
  const revoke = (...logins: FoundLogin[]): ReturnType<SessionRevoker['revoke']> =>
    revoker.revoke(logins, { by: 'rosa', reason: 'bulk' });

  beforeEach(() => {
    inserted.length = 0;
    stamps.length = 0;
    existing = [];
  });

  it('tells of each session who was first to end it', async () => {
    existing = [{ _id: 'b', endedAt: LATER, reason: 'logout', pending: undefined } as never];
    const { sessions, complete } = await revoke(found('a'), found('b'));
    expect(sessions).toStrictEqual([
      { id: 'a', isFirst: true },
      { id: 'b', isFirst: false },
    ]);
    expect(complete).toEqual([inserted[0], existing[0]]);
  });

  it('stamps with the user and the time of the first, also what that one found without an owner', async () => {
    const pending = { since: LATER, owner: 'maria', unowned: true };
    existing = [
      { _id: 'b', endedAt: LATER, endedBy: 'eve', reason: 'admin', pending } as SessionEnding,
    ];
    await revoke(found('a'), found('b'), found('c', { unowned: true }));
    const of = { owner: 'maria', at: NOW, by: 'rosa', unowned: false };
    expect(stamps).toEqual([
      { ...of, hashedTokens: ['hash-a'] },
      { ...of, hashedTokens: ['hash-b'], at: LATER, by: 'eve', unowned: true },
      { ...of, hashedTokens: ['hash-c'], unowned: true },
    ]);
  });

  it('leaves no ending of what is no session, and stamps its documents all the same', async () => {
    const { sessions, complete } = await revoke(found('a', { isSession: false }));
    expect([sessions, complete, inserted]).toEqual([[], [], []]);
    expect(stamps).toEqual([
      { owner: 'maria', unowned: false, hashedTokens: ['hash-a'], at: NOW, by: 'rosa' },
    ]);
  });

  it('reports how many it was first to end', async () => {
    const reports: unknown[] = [];
    const stop = SESSIONS_REVOKED.listen((revoked) => reports.push(revoked));
    existing = [{ _id: 'b', endedAt: LATER, reason: 'logout' } as SessionEnding];
    await revoke(found('a'), found('b'), found('c'));
    stop();
    expect(reports).toEqual([{ reason: 'bulk', count: 2 }]);
  });

  it("says logout of an administrator's own session, whoever else's it ends beside", async () => {
    const reports: unknown[] = [];
    const stop = SESSIONS_REVOKED.listen((revoked) => reports.push(revoked));
    existing = [{ _id: 'd', endedAt: LATER, reason: 'bulk' } as SessionEnding];
    await revoker.revoke(
      [found('a'), found('b', { owner: 'rosa' }), found('c', { owner: undefined }), found('d')],
      { by: 'rosa', reason: 'admin' },
    );
    stop();
    expect(inserted.map(({ reason }) => reason)).toEqual(['admin', 'logout', 'admin', 'admin']);
    expect(reports).toEqual([
      { reason: 'admin', count: 2 },
      { reason: 'logout', count: 1 },
    ]);
  });
});
