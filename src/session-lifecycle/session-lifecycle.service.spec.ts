import { note, notesOf } from '../audit/request-notes';
import { TestClock } from '../../test/support/test-clock';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
import { RevocableLogin, Revocation, RevokedSession } from './revocation';
import { SessionLifecycle } from './session-lifecycle.service';
import { SessionRevoker } from './session.revoker';

describe('SessionLifecycle, completing interrupted revocations', () => {
  const clock = new TestClock();
  const resume = jest.fn<Promise<boolean>, [Date]>();
  const lifecycle = new SessionLifecycle(
    {} as SessionsRepository,
    {} as LoginTokensRepository,
    {} as LoginFinder,
    {} as SessionRevoker,
    { resume } as unknown as PendingRevocations,
    clock,
  );

  beforeEach(() => resume.mockReset());

  it('does so once for all who ask meanwhile, but after the last of them has asked', async () => {
    let release: (more: boolean) => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      resume.mockImplementationOnce(() => {
        resolve();
        return new Promise((done) => (release = done));
      });
    });
    resume.mockResolvedValue(false);
    const first = lifecycle.completePending();
    await begun;
    const others = Array.from({ length: 50 }, () => {
      clock.advance({ seconds: 1 });
      return lifecycle.completePending();
    });
    release(false);
    await Promise.all([first, ...others]);
    expect(resume).toHaveBeenCalledTimes(2);
    expect(resume).toHaveBeenLastCalledWith(clock.now());
  });

  it('leaves the rest for later when there are too many', async () => {
    resume.mockResolvedValue(true);
    await lifecycle.completePending();
    expect(resume).toHaveBeenCalledTimes(5);
  });

  it('tells everyone who waits when it fails, and tries again for the next', async () => {
    resume.mockRejectedValueOnce(new Error('away')).mockResolvedValue(false);
    await expect(lifecycle.completePending()).rejects.toThrow('away');
    await expect(lifecycle.completePending()).resolves.toBeUndefined();
  });
});

describe('SessionLifecycle.revoke', () => {
  const CLIENT = { address: '192.0.2.1', userAgent: 'test' };
  const BY: Revocation = { by: 'admin', reason: 'admin' };
  const revoked = (id: string, isFirst = true): RevokedSession => ({
    id,
    isFirst,
  });
  const findAllOf = jest.fn<Promise<RevocableLogin[]>, [string, boolean]>();
  const revoke = jest.fn<Promise<object>, [RevocableLogin[], Revocation]>();
  const settle = jest.fn();
  const remove = jest.fn();
  const disown = jest.fn();
  const clock = new TestClock();
  const lifecycle = new SessionLifecycle(
    { disown } as unknown as SessionsRepository,
    { remove } as unknown as LoginTokensRepository,
    {
      findAllOf,
      describe: (logins: RevocableLogin[]) => Promise.resolve(logins),
    } as unknown as LoginFinder,
    { revoke } as unknown as SessionRevoker,
    { settle } as unknown as PendingRevocations,
    clock,
  );
  const loginOf = (hashedToken: string): RevocableLogin => ({ owner: 'maria', hashedToken });

  beforeEach(() => {
    jest.resetAllMocks();
    revoke.mockImplementation((logins) =>
      Promise.resolve({
        sessions: logins.map(({ hashedToken }) => revoked(hashedToken)),
        complete: logins.map(({ hashedToken }) => ({ _id: hashedToken })),
      }),
    );
  });

  it('revokes and settles a thousand logins at a time, and returns them all', async () => {
    const hashedTokens = Array.from({ length: 2000 }, (_, n) => String(n));
    const sessions = await lifecycle.revoke({ sessions: hashedTokens.map(loginOf) }, BY);
    expect(sessions.map(({ id }) => id)).toEqual(hashedTokens);
    const batches = revoke.mock.calls.map(([logins]) =>
      logins.map(({ hashedToken }) => hashedToken),
    );
    expect(batches).toEqual([hashedTokens.slice(0, 1000), hashedTokens.slice(1000)]);
    expect(revoke.mock.calls.map(([, revocation]) => revocation)).toEqual([BY, BY]);
    expect(settle.mock.calls.flat(2)).toEqual(hashedTokens.map((_id) => ({ _id })));
  });

  it.each([
    ['allOf', { allOf: 'maria' }, ['a', 'b'], false],
    ['othersOf', { othersOf: 'maria', except: 'a' }, ['b'], false],
    [
      'access tokens too',
      { othersOf: 'maria', except: 'a', personalAccessTokens: true },
      ['b'],
      true,
    ],
  ])('revokes what the selector names: %s', async (_what, selector, expected, withAccessTokens) => {
    const left = 'except' in selector ? [loginOf('a')] : [];
    findAllOf.mockResolvedValueOnce([loginOf('a'), loginOf('b')]).mockResolvedValue(left);
    const sessions = await lifecycle.revoke(selector, BY);
    expect(sessions.map(({ id }) => id)).toEqual(expected);
    expect(findAllOf.mock.calls).toEqual(Array(2).fill(['maria', withAccessTokens]));
  });

  it('looks five times for logins that appear meanwhile', async () => {
    findAllOf.mockResolvedValue([loginOf('a')]);
    expect(await lifecycle.revoke({ allOf: 'maria' }, BY)).toHaveLength(5);
    expect(findAllOf).toHaveBeenCalledTimes(5);
  });

  it('notes for the request how many sessions it was first to end, over all of its revocations', async () => {
    const client = { ...CLIENT };
    const end = (...sessions: RevokedSession[]): Promise<unknown> => {
      revoke.mockResolvedValue({ sessions, complete: [] });
      return lifecycle.revoke({ token: loginOf('a') }, { ...BY, client });
    };
    await end(revoked('a', false));
    expect(notesOf(client)).toEqual({});
    await end(revoked('a'), revoked('b'), revoked('c', false));
    expect(notesOf(client)).toEqual({ ended: 2 });
    note(client, { username: 'rosa' });
    await end(revoked('d'));
    await end(revoked('d', false));
    expect(notesOf(client)).toEqual({ ended: 3, username: 'rosa' });
  });

  it('notes nothing where no request revokes', async () => {
    await expect(lifecycle.revoke({ token: loginOf('a') }, BY)).resolves.toHaveLength(1);
  });

  it('abandons a login without an ending: its token first, then the name of the token', async () => {
    await lifecycle.abandon('maria', 'hash');
    expect(remove.mock.calls).toEqual([[[{ owner: 'maria', hashedTokens: ['hash'] }]]]);
    expect(disown.mock.calls).toEqual([[{ owner: 'maria', token: 'hash' }, clock.now()]]);
    expect(remove.mock.invocationCallOrder[0]).toBeLessThan(
      disown.mock.invocationCallOrder[0] ?? 0,
    );
    expect(revoke).not.toHaveBeenCalled();
  });
});
