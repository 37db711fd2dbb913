import {
  CHALLENGES,
  EmailCodeLimiter,
  MailCounter,
  RESENDINGS,
} from '../../../src/two-factor/email-codes/email-code.limiter';
import { TestApp } from '../../support/app';
import { newId } from '../../support/workspace';

const MINUTE_MS = 60_000;

/** What it does behind the answers: they are the subject of `send-email-code.e2e-spec.ts`. */
describe('how many mails with codes may go out', () => {
  let app: TestApp;
  let allowance: EmailCodeLimiter;
  let ada: MailCounter & { userId: string };
  let eve: MailCounter & { userId: string };

  beforeAll(async () => {
    app = await TestApp.start();
    allowance = app.app.get(EmailCodeLimiter, { strict: false });
  });
  beforeEach(() => {
    [ada, eve] = [{ userId: newId() }, { userId: newId() }];
  });
  afterAll(() => app.close());

  /** So many minutes from now. */
  const at = (minutes: number): Date => new Date(app.clock.now().getTime() + minutes * MINUTE_MS);
  /** How many challenges may still send. */
  const left = async (counter: MailCounter): Promise<number> => {
    for (let sent = 0; ; sent++) {
      if (!(await allowance.tryConsume(counter, CHALLENGES, at(0)))) return sent;
    }
  };
  const records = () => app.workspace.db.collection('ws_code_mails');

  it('is counted for each user and each address alone, also if they are called the same', async () => {
    expect(await left(ada)).toBe(10);
    expect(await left(eve)).toBe(10);
    expect(await left({ address: ada.userId })).toBe(10);
  });

  it('is given back, and forgotten, for whom it is meant and nobody else', async () => {
    for (const counter of [ada, eve]) expect(await left(counter)).toBe(10);
    await allowance.refund(ada, at(0));
    expect(await left(eve)).toBe(0);
    expect(await left(ada)).toBe(10);
    await allowance.reset(eve);
    expect(await left(ada)).toBe(0);
    expect(await left(eve)).toBe(10);
  });

  it('gives back the mail of that very time', async () => {
    for (let minute = 0; minute < 10; minute++)
      await allowance.tryConsume(ada, CHALLENGES, at(minute));
    await allowance.refund(ada, at(3));
    expect(await allowance.tryConsume(ada, CHALLENGES, at(10))).toBe(true);
    expect(await allowance.tryConsume(ada, CHALLENGES, at(10))).toBe(false);
  });

  it('slides along: a mail counts for fifteen minutes to the millisecond', async () => {
    for (let minute = 0; minute < 10; minute++)
      await allowance.tryConsume(ada, CHALLENGES, at(minute));
    expect(await allowance.secondsToWait(ada.userId, at(10))).toBe(5 * 60);
    expect(await allowance.tryConsume(ada, CHALLENGES, new Date(at(15).getTime() - 1))).toBe(false);
    expect(await allowance.secondsToWait(ada.userId, new Date(at(15).getTime() - 1))).toBe(1);
    expect(await allowance.tryConsume(ada, CHALLENGES, at(15))).toBe(true);
    expect(await allowance.secondsToWait(ada.userId, at(15))).toBe(60);
  });

  it('tells who must wait by their own mails, and never less than a second', async () => {
    await allowance.tryConsume(ada, CHALLENGES, at(0));
    await allowance.tryConsume(eve, CHALLENGES, at(7));
    expect(await allowance.secondsToWait(eve.userId, at(7))).toBe(15 * 60);
    expect(await allowance.secondsToWait(ada.userId, at(7))).toBe(8 * 60);
    expect(await allowance.secondsToWait(ada.userId, at(20))).toBe(1);
    expect(await allowance.secondsToWait(newId(), at(0))).toBe(15 * 60);
  });

  it('is one a minute and five in fifteen for whoever only names a user', async () => {
    for (let minute = 0; minute < 5; minute++) {
      expect(await allowance.tryConsume(ada, RESENDINGS, at(minute))).toBe(true);
      const soon = new Date(at(minute + 1).getTime() - 1);
      expect(await allowance.tryConsume(ada, RESENDINGS, soon)).toBe(false);
    }
    expect(await allowance.tryConsume(ada, RESENDINGS, at(14))).toBe(false);
    expect(await allowance.tryConsume(ada, RESENDINGS, at(15))).toBe(true);
  });

  it('is kept no longer than it matters, and names nobody', async () => {
    await records().deleteMany({});
    await allowance.tryConsume(ada, CHALLENGES, at(0));
    const [record, ...others] = await records().find().toArray();
    expect(others).toEqual([]);
    expect(record).toMatchObject({ sentAt: [at(0)], expiresAt: at(30) });
    expect(JSON.stringify(record)).not.toContain(ada.userId);
    expect(await records().indexes()).toContainEqual(
      expect.objectContaining({ key: { expiresAt: 1 }, expireAfterSeconds: 0 }),
    );
  });
});
