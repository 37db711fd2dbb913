import { mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { HistoryConfig } from '../config/history.config';
import { SessionsRepository, SessionStamp } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository, TokensOf } from '../workspace-data/users/login-tokens.repository';
import { EndingSettler } from './ending.settler';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionRevoker } from './session.revoker';

const NOW = new Date(0);

class StandingClock extends Clock {
  now(): Date {
    return NOW;
  }
}

const pendingOf = (owner: string): SessionEnding =>
  ({
    _id: `ending-${owner}`,
    endedAt: NOW,
    endedBy: 'admin',
    pending: { since: NOW, owner, unowned: false, loginToken: `hash-${owner}` },
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

  it('finishes each by itself when they fail together, and settles those that it finished', async () => {
    failFor((owner) => owner === 'b', new TypeError('of one user'));
    expect(await revoker.complete(['a', 'b', 'c'].map(pendingOf))).toBe(2);
    expect(settle.mock.calls).toEqual([[['a', 'c'].map(pendingOf)]]);
    expect(stamp).toHaveBeenCalledTimes(2);
  });

  it('settles nothing when it finished nothing', async () => {
    failFor(() => true, new TypeError('of all'));
    expect(await revoker.complete(['a', 'b'].map(pendingOf))).toBe(0);
    expect(settle.mock.calls.flat(2)).toEqual([]);
  });

  it('does not try each of a thousand on a database that is away', async () => {
    failFor(() => true, new mongo.MongoNetworkError('away'));
    const endings = Array.from({ length: 1000 }, (_, n) => pendingOf(String(n)));
    expect(await revoker.complete(endings)).toBe(0);
    expect(remove).toHaveBeenCalledTimes(4);
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
