import { tooManyRequests } from '../../../src/common/errors/common.problems';
import { RateLimitKey } from '../../../src/database/rate-counter';
import {
  challengeKey,
  resendAddressKey,
  resendKey,
} from '../../../src/two-factor/email-codes/code-mail.limits';
import { EmailCodeLimiter } from '../../../src/two-factor/email-codes/email-code.limiter';
import { TestApp } from '../../support/app';
import { newId } from '../../support/workspace';

const MINUTE_MS = 60_000;

/** What the limiter counts; `send-email-code.e2e-spec.ts` tests the answers. */
describe('EmailCodeLimiter', () => {
  let app: TestApp;
  let limiter: EmailCodeLimiter;
  let ada: string;
  let eve: string;

  beforeAll(async () => {
    app = await TestApp.start();
    limiter = app.app.get(EmailCodeLimiter, { strict: false });
  });
  beforeEach(() => {
    [ada, eve] = [newId(), newId()];
  });
  afterAll(() => app.close());

  /** The moment `minutes` from now. */
  const at = (minutes: number): Date => new Date(app.clock.now().getTime() + minutes * MINUTE_MS);
  const consume = (key: RateLimitKey, now: Date, mail = newId()): Promise<boolean> =>
    limiter.tryConsume(key, mail, now);
  /** Sends until the limit and returns how many mails that took. */
  const left = async (key: RateLimitKey): Promise<number> => {
    for (let sent = 0; ; sent++) if (!(await consume(key, at(0)))) return sent;
  };
  /** @returns the Retry-After of a challenge; undefined when it need not wait */
  const secondsToWait = async (userId: string, now: Date): Promise<unknown> => {
    const problem = (await limiter.peek(challengeKey(userId), now))?.problem;
    return problem && Number(problem.headers?.['retry-after']);
  };
  const records = () => app.workspace.db.collection('ws_rate_limits');

  it('counts the mails of each user and of each address separately, even under one name', async () => {
    expect(await left(challengeKey(ada))).toBe(10);
    expect(await left(challengeKey(eve))).toBe(10);
    expect(await left(resendAddressKey(ada))).toBe(10);
  });

  it('refunds and resets the mails of the given user and of no other', async () => {
    await consume(challengeKey(ada), at(0), 'mail');
    await consume(challengeKey(eve), at(0), 'mail');
    expect(await left(challengeKey(ada))).toBe(9);
    expect(await left(challengeKey(eve))).toBe(9);
    await limiter.refund(ada, 'mail');
    expect(await left(challengeKey(eve))).toBe(0);
    expect(await left(challengeKey(ada))).toBe(1);
    await limiter.reset(eve);
    expect(await left(challengeKey(ada))).toBe(0);
    expect(await left(challengeKey(eve))).toBe(10);
  });

  it('refunds only the given mail, even when others were sent at the same time', async () => {
    for (let mail = 0; mail < 10; mail++) await consume(challengeKey(ada), at(0), `mail ${mail}`);
    await limiter.refund(ada, 'mail 3');
    await limiter.refund(ada, 'mail 3');
    expect(await consume(challengeKey(ada), at(10))).toBe(true);
    expect(await consume(challengeKey(ada), at(10))).toBe(false);
  });

  it('counts a mail for fifteen minutes, to the millisecond', async () => {
    const key = challengeKey(ada);
    for (let minute = 0; minute < 10; minute++) await consume(key, at(minute));
    const soon = new Date(at(15).getTime() - 1);
    expect(await secondsToWait(ada, at(10))).toBe(5 * 60);
    expect(await consume(key, soon)).toBe(false);
    expect(await secondsToWait(ada, soon)).toBe(1);
    expect(await secondsToWait(ada, at(15))).toBeUndefined();
    expect(await consume(key, at(15))).toBe(true);
    expect(await secondsToWait(ada, at(15))).toBe(60);
  });

  it('tells users how long to wait by their own mails, and only when they must', async () => {
    for (let mail = 0; mail < 10; mail++) {
      await consume(challengeKey(ada), at(0));
      await consume(challengeKey(eve), at(7));
    }
    expect(await secondsToWait(eve, at(7))).toBe(15 * 60);
    expect(await secondsToWait(ada, at(7))).toBe(8 * 60);
    expect(await secondsToWait(ada, at(20))).toBeUndefined();
    expect(await secondsToWait(newId(), at(0))).toBeUndefined();
  });

  it('tells users to wait a second when there is room again by the time of the question', async () => {
    expect((await limiter.refusal(challengeKey(ada), at(0))).problem).toEqual(tooManyRequests(1));
  });

  it('allows one mail a minute and five in fifteen minutes to requests that only name a user', async () => {
    for (let minute = 0; minute < 5; minute++) {
      expect(await consume(resendKey(ada), at(minute))).toBe(true);
      const soon = new Date(at(minute + 1).getTime() - 1);
      expect(await consume(resendKey(ada), soon)).toBe(false);
    }
    expect(await consume(resendKey(ada), at(14))).toBe(false);
    expect(await consume(resendKey(ada), at(15))).toBe(true);
  });

  it('counts both kinds of mail together and leaves half of them to the user', async () => {
    for (let minute = 0; minute < 5; minute++) await consume(resendKey(ada), at(minute));
    for (let mail = 0; mail < 5; mail++) expect(await consume(challengeKey(ada), at(5))).toBe(true);
    expect(await consume(challengeKey(ada), at(5))).toBe(false);
    expect(await consume(resendKey(ada), at(14))).toBe(false);
  });

  it('keeps records no longer than needed, without naming the user', async () => {
    await records().deleteMany({});
    await consume(challengeKey(ada), at(0), 'mail');
    const [record, ...others] = await records().find().toArray();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ attempts: [{ id: 'mail', at: at(0) }], expiresAt: at(30) });
    expect(JSON.stringify(record)).not.toContain(ada);
    expect(await records().indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
