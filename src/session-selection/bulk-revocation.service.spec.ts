import { Revocation, RevokedSession } from '../session-lifecycle/revocation';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { BulkRevocation } from './bulk-revocation.service';
import { SelectedSessions, Selection } from './selected-sessions.service';

const SELECTION = {} as Selection;
const BY: Revocation = { by: 'rosa', reason: 'bulk' };

describe('BulkRevocation.revokeNext', () => {
  let elapsed: number;
  /** What one round takes, in milliseconds. */
  let rounds: number[];
  /** The logins that match, the oldest first. */
  let matching: LoginKey[];
  /** The tokens of those that have ended since they were found. */
  let gone: string[];
  /** The tokens of those that somebody else ends first. */
  let lost: string[];
  let counted: number | undefined;
  const page = jest.fn((_selection: Selection, _direction: string, count: number) =>
    Promise.resolve(matching.slice(0, count)),
  );
  const confirm = jest.fn((_selection: Selection, logins: LoginKey[]) =>
    Promise.resolve(
      logins
        .filter(({ token }) => !gone.includes(token))
        .map((login) => ({ _id: login, userId: login.owner, sessionId: `of ${login.token}` })),
    ),
  );
  const revoke = jest.fn<
    Promise<RevokedSession[]>,
    [{ sessions: { hashedToken: string }[] }, Revocation]
  >(({ sessions }) => {
    elapsed += rounds.shift() ?? 0;
    const ids = sessions.map(({ hashedToken }) => hashedToken);
    return Promise.resolve(ids.map((id) => ({ id, isFirst: !lost.includes(id) })));
  });
  const bulk = new BulkRevocation(
    {
      page,
      confirm,
      tally: () => Promise.resolve({ sessions: counted ?? matching.length, users: 1 }),
    } as unknown as SelectedSessions,
    { revoke } as unknown as SessionLifecycle,
  );
  const sizes = (): number[] => revoke.mock.calls.map(([{ sessions }]) => sessions.length);

  beforeEach(() => {
    jest.clearAllMocks();
    jest.spyOn(performance, 'now').mockImplementation(() => elapsed);
    elapsed = 5000;
    rounds = [];
    gone = [];
    lost = [];
    counted = undefined;
    matching = Array.from({ length: 250 }, (_, n) => ({ token: `t${n}`, owner: 'maria' }));
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('ends a hundred at a time, with what is known of each', async () => {
    expect(await bulk.revokeNext(SELECTION, BY)).toEqual({
      matched: 250,
      ended: 250,
      remaining: 0,
    });
    expect(sizes()).toEqual([100, 100, 50]);
    expect(page.mock.calls).toEqual([[SELECTION, 'oldest first', 1001]]);
    expect(revoke.mock.calls[2]).toEqual([
      {
        sessions: matching.slice(200).map(({ token }) => ({
          owner: 'maria',
          hashedToken: token,
          session: {
            _id: { token, owner: 'maria' },
            userId: 'maria',
            sessionId: `of ${token}`,
            loginToken: token,
          },
        })),
      },
      BY,
    ]);
  });

  it('ends no more than it may, and tells how many remain', async () => {
    expect(await bulk.revokeNext(SELECTION, BY, { most: 120 })).toEqual({
      matched: 250,
      ended: 120,
      remaining: 130,
    });
    expect(sizes()).toEqual([100, 20]);
  });

  it('looks just before at what it ends, and counts what it was first to end', async () => {
    gone = ['t0', 't1', 't249'];
    lost = ['t2', 't248'];
    const outcome = await bulk.revokeNext(SELECTION, BY);
    expect(outcome).toEqual({ matched: 247, ended: 245, remaining: 0 });
    expect(sizes()).toEqual([98, 100, 49]);
  });

  it('tells now and then how many have ended', async () => {
    lost = ['t0'];
    const told: number[] = [];
    await bulk.revokeNext(SELECTION, BY, { onProgress: (ended) => told.push(ended) });
    expect(told).toEqual([99, 199, 249]);
  });

  describe('within its budget', () => {
    it.each<[string, number[], number, number[]]>([
      ['stops when another round like the longest would exceed it', [40, 60, 1], 159, [100, 100]],
      ['goes on while one would just fit', [40, 60, 1], 160, [100, 100, 50]],
      ['remembers the longest round, not the last', [60, 40, 1], 159, [100, 100]],
      ['does one round however slow it is', [1000], 10, [100]],
      ['does one round even when no time is left', [1], -5, [100]],
    ])('%s', async (_what, taken, budgetMs, expected) => {
      rounds = [...taken];
      const { ended, remaining } = await bulk.revokeNext(SELECTION, BY, { budgetMs });
      expect(sizes()).toEqual(expected);
      expect([ended, remaining]).toEqual([
        expected.reduce((sum, n) => sum + n, 0),
        250 - expected.reduce((sum, n) => sum + n, 0),
      ]);
    });
  });

  describe('when the count ran at another moment than the page', () => {
    it('says that at least one remains which the page has shown', async () => {
      counted = 100;
      expect(await bulk.revokeNext(SELECTION, BY, { most: 120 })).toEqual({
        matched: 121,
        ended: 120,
        remaining: 1,
      });
    });

    it('says that none remains when the page has shown the last', async () => {
      counted = 400;
      expect(await bulk.revokeNext(SELECTION, BY)).toMatchObject({ remaining: 0 });
    });
  });

  it('ends nothing where nothing matches', async () => {
    matching = [];
    expect(await bulk.revokeNext(SELECTION, BY)).toEqual({ matched: 0, ended: 0, remaining: 0 });
    expect(revoke).not.toHaveBeenCalled();
  });
});
