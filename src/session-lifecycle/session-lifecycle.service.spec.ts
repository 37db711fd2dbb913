import { TestClock } from '../../test/support/test-clock';
import { SessionsRepository } from '../workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../workspace-data/users/login-tokens.repository';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
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
