import { findTimeStep } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { describeCommand } from '../../support/explain';
import { TOTP_INVALID } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

/** More samples detect smaller differences and take longer: 2000 take a few minutes. */
const SAMPLES = Number(process.env.TIMING_SAMPLES ?? 400);
/** Five and a half standard errors of the separation of two equal distributions: beyond that, a difference is real. */
const BOUND = 5.5 * Math.sqrt((2 * SAMPLES + 1) / (12 * SAMPLES * SAMPLES));
/** Wrong codes that are verified before a lockout: the most that can be configured. */
const ATTEMPTS = 100;
const WINDOW_SECONDS = 900;

/** Refusals that an attacker must not be able to tell apart. */
const REFUSALS = ['wrong', 'used', 'without the factor'] as const;
type Refusal = (typeof REFUSALS)[number];

describe('refusal of a wrong code, a used code, and a code of a user without the factor', () => {
  let app: TestApp;
  let users: Record<Refusal, TestUser>;

  beforeAll(async () => {
    app = await TestApp.start({
      TWO_FACTOR_MAX_ATTEMPTS: String(ATTEMPTS),
      TWO_FACTOR_MAX_ATTEMPTS_PER_USER: '1000',
    });
    users = {
      wrong: await app.workspace.createUser(),
      used: await app.workspace.createUser(),
      'without the factor': await app.workspace.createUser({ totp: false }),
    };
  });
  afterAll(() => app.close());

  /** Starts a new window for each user, in which the owners of the factor have used their current code. */
  const begin = async (): Promise<void> => {
    app.clock.advance({ seconds: WINDOW_SECONDS });
    app.clock.startStep();
    for (const refusal of ['wrong', 'used'] as const) {
      const answer = await app.infoAdminAs(users[refusal], 'none', { 'user-agent': 'owner' });
      expect(answer.status).toBe(404);
    }
    // The first refusal creates the record of the window; each later one finds the same records.
    for (const refusal of REFUSALS) await refuse(refusal);
  };

  const refuse = (refusal: Refusal, code = codeFor(refusal)): Promise<HttpAnswer> =>
    app.infoAdmin('none', {
      ...users[refusal].headers,
      'x-2fa-code': code,
      'x-2fa-method': 'totp',
      'user-agent': 'thief',
    });

  const codeFor = (refusal: Refusal): string => {
    const now = app.clock.now();
    const { secret } = users[refusal];
    if (refusal === 'used') return users.used.codeAt(now);
    const wrong = ['000000', '111111', '222222', '333333'].find(
      (code) => findTimeStep(secret, code, now) === undefined,
    );
    return wrong ?? '';
  };

  it('gives the same answer to each', async () => {
    await begin();
    for (const refusal of REFUSALS) expect(await refuse(refusal)).toMatchObject(TOTP_INVALID);
  });

  it('sends the same statements for each', async () => {
    await begin();
    const commands: string[][] = [];
    for (const refusal of REFUSALS) {
      const sent = await app.commandsDuring(() => refuse(refusal));
      commands.push(sent.map(describeCommand));
    }
    expect(commands[0]).toContain('update ws_second_factors');
    expect(commands[1]).toEqual(commands[0]);
    expect(commands[2]).toEqual(commands[0]);
  });

  it(
    `takes the same time for each, over ${SAMPLES} answers`,
    async () => {
      const times: Record<Refusal | 'no code', number[]> = {
        wrong: [],
        used: [],
        'without the factor': [],
        'no code': [],
      };
      while (times.wrong.length < SAMPLES) {
        await begin();
        for (let i = 0; i < ATTEMPTS - 10 && times.wrong.length < SAMPLES; i++) {
          for (const refusal of shuffled(REFUSALS)) {
            times[refusal].push(await timed(() => refuse(refusal)));
          }
          times['no code'].push(await timed(() => refuse('wrong', '')));
        }
      }
      // Proves the measure itself: it detects an answer that takes fewer statements.
      expect(Math.abs(separation(times.wrong, times['no code']))).toBeGreaterThan(2 * BOUND);
      expect(Math.abs(separation(times.wrong, times.used))).toBeLessThan(BOUND);
      expect(Math.abs(separation(times.wrong, times['without the factor']))).toBeLessThan(BOUND);
      expect(Math.abs(separation(times.used, times['without the factor']))).toBeLessThan(BOUND);
    },
    5 * 60_000,
  );
});

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/**
 * How well one time tells whether it is of the first or the second kind: the chance that one of the first is longer than
 * one of the second (Mann and Whitney's U, normalised), less one half. 0: not at all; 0.5 or -0.5: always.
 */
function separation(first: number[], second: number[]): number {
  const all = [...first.map((ms) => ({ ms, first: true })), ...second.map((ms) => ({ ms }))];
  const ranks = all
    .sort((a, b) => a.ms - b.ms)
    .reduce((sum, sample, index) => sum + ('first' in sample ? index + 1 : 0), 0);
  const u = ranks - (first.length * (first.length + 1)) / 2;
  return u / (first.length * second.length) - 0.5;
}

function shuffled<T>(values: readonly T[]): T[] {
  return values
    .map((value) => ({ value, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ value }) => value);
}
