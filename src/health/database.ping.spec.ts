import { Connection } from 'mongoose';
import { TestClock } from '../../test/support/test-clock';
import { DatabasePing } from './database.ping';

/** A ping that waits 10 ms, on a connection whose `hello` gets these answers, in turn. */
function pingOf(...answers: (() => Promise<object>)[]): {
  ping: DatabasePing;
  clock: TestClock;
  asked: () => number;
} {
  let asked = 0;
  const command = (): Promise<object> =>
    answers[Math.min(asked++, answers.length - 1)]?.() ?? Promise.reject(new Error());
  const connection = { getClient: () => ({ db: () => ({ command }) }) };
  const clock = new TestClock();
  const ping = new DatabasePing(connection as unknown as Connection, clock, {
    requestTimeoutMs: 20,
  } as never);
  return { ping, clock, asked: () => asked };
}

const primary = (): Promise<object> => Promise.resolve({ isWritablePrimary: true });
const never = (): Promise<object> => new Promise(() => undefined);

describe('DatabasePing', () => {
  it.each<[string, () => Promise<object>, boolean]>([
    ['a primary', primary, true],
    [
      'a member that is not the primary',
      () => Promise.resolve({ isWritablePrimary: false }),
      false,
    ],
    ['something else', () => Promise.resolve({ ok: 1 }), false],
    ['a failure', () => Promise.reject(new Error()), false],
    ['silence', never, false],
  ])('judges %s', async (_case, answer, isUp) => {
    expect(await pingOf(answer).ping.isUp()).toBe(isUp);
  });

  it('asks once for all who wait, and again when the answer is a second old', async () => {
    const { ping, clock, asked } = pingOf(primary);
    await Promise.all([ping.isUp(), ping.isUp(), ping.isUp()]);
    clock.advance({ seconds: 0.999 });
    await ping.isUp();
    expect(asked()).toBe(1);
    clock.advance({ seconds: 0.001 });
    await ping.isUp();
    expect(asked()).toBe(2);
  });

  it('does not keep an answer when the clock was set back', async () => {
    const { ping, clock, asked } = pingOf(primary);
    await ping.isUp();
    clock.advance({ seconds: -3600 });
    await ping.isUp();
    expect(asked()).toBe(2);
  });

  it('has no second question out while the driver waits for the first', async () => {
    const { ping, clock, asked } = pingOf(never);
    for (let probe = 0; probe < 3; probe++) {
      expect(await ping.isUp()).toBe(false);
      clock.advance({ seconds: 1 });
    }
    expect(asked()).toBe(1);
  });

  it('says that the database is back as soon as the first question is answered', async () => {
    let answer: (hello: object) => void = () => undefined;
    const { ping, clock } = pingOf(() => new Promise((resolve) => (answer = resolve)));
    expect(await ping.isUp()).toBe(false);
    clock.advance({ seconds: 1 });
    answer({ isWritablePrimary: true });
    expect(await ping.isUp()).toBe(true);
  });
});
