import { Caller } from '../auth/caller';
import { TokenUses } from '../auth/token-uses';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { UsersRepository } from '../workspace-data/users/users.repository';
import { SessionLifecycle } from './session-lifecycle.service';
import { RecordRenewal } from './record-renewal.service';
import { SessionRenewalRepository } from '../workspace-data/sessions/session-renewal.repository';

class StandingClock extends Clock {
  now(): Date {
    return new Date(Date.UTC(2026, 0, 1));
  }
}

const WHEN = new Date(Date.UTC(2025, 0, 1));
const SOURCE = { client: { userAgent: 'x'.repeat(100_000), address: '' }, host: '' };

describe('RecordRenewal on a slow database', () => {
  const uses = new TokenUses();
  const background = new BackgroundTasks();
  const answers: ((isRenewed: boolean) => void)[] = [];
  const renewNewest = jest.fn(() => new Promise<boolean>((resolve) => void answers.push(resolve)));
  const renewal = new RecordRenewal(
    { renewNewest } as unknown as SessionRenewalRepository,
    uses,
    {} as UsersRepository,
    {} as SessionLifecycle,
    background,
    new StandingClock(),
  );
  renewal.onModuleInit();

  const source = jest.fn(() => SOURCE);
  const use = (hashedToken: string): void => {
    const token = { hashedToken, when: WHEN };
    const caller: Caller = {
      id: 'u',
      active: true,
      roles: [],
      services: {},
      hasVerifiedAddress: false,
      token,
      clientSecret: '',
      askedAt: WHEN,
    };
    uses.report(caller, source);
  };
  /** Answers statements until none is outstanding. */
  const answerAll = async (): Promise<void> => {
    while (answers.length > 0) {
      answers.splice(0).forEach((answer) => {
        answer(true);
      });
      await new Promise(setImmediate);
    }
  };

  it('runs few renewals at a time, bounds those that wait, and renews a dropped one at its next use', async () => {
    for (let n = 0; n < 5000; n++) use(String(n));
    expect(renewNewest).toHaveBeenCalledTimes(4);
    expect(source).toHaveBeenCalledTimes(1004);
    await answerAll();
    expect(renewNewest).toHaveBeenCalledTimes(1004);
    for (let n = 0; n < 1500; n++) use(String(n));
    await answerAll();
    expect(renewNewest).toHaveBeenCalledTimes(1500);
  });

  it('begins nothing once the service stops', async () => {
    renewNewest.mockClear();
    for (let n = 0; n < 10; n++) use(`last ${n}`);
    renewal.onModuleDestroy();
    use('too late');
    await answerAll();
    await background.idle();
    expect(renewNewest).toHaveBeenCalledTimes(4);
  });
});
