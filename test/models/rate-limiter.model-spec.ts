import fc from 'fast-check';
import { RateCounter, RateLimitKey } from '../../src/database/rate-counter';
import { RateLimit } from '../../src/database/sliding-window';
import { openTestDatabase } from '../support/database';
import { LimiterProcess } from '../support/limiter-process';
import { RateLimiterModel } from '../support/rate-limiter.model';

const SEQUENCES = 40;
const STEPS = 60;
/** After this time no further sequence is tried, so a busy machine tries fewer. */
const TIME_LIMIT_MS = 40_000;
const NOON = Date.UTC(2030, 0, 1, 12);

type Use = 'first' | 'second';
type Uses = Record<Use, RateLimit[]>;
/** A counter, one of its uses, and one of the two subjects that it counts. */
type Choice = [counter: number, use: Use, subject: 'a' | 'b'];
type Step =
  | { do: 'consume' | 'peek'; choices: Choice[] }
  | { do: 'refund'; choices: Choice[]; ago: number }
  | { do: 'reset'; choice: Choice }
  | { do: 'wait'; ms: number };

const WINDOWS_MS = [1, 10, 100];
const max = fc.integer({ min: 1, max: 5 });
const limit = fc.record({ max, withinMs: fc.constantFrom(...WINDOWS_MS) });
/** Both uses have a limit over the longest window, as `RateCounter` demands. */
const uses: fc.Arbitrary<Uses> = fc
  .record({ firstMax: max, secondMax: max, more: fc.tuple(fc.array(limit), fc.array(limit)) })
  .map(({ firstMax, secondMax, more: [first, second] }) => ({
    first: [...first, { max: firstMax, withinMs: 100 }],
    second: [{ max: secondMax, withinMs: 100 }, ...second],
  }));

const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.constantFrom(0, 1),
  fc.constantFrom<Use>('first', 'second'),
  fc.constantFrom('a', 'b'),
);
/** Each document at most once, because an attempt is taken once by each. */
const choices = fc.uniqueArray(choice, {
  minLength: 1,
  maxLength: 3,
  selector: ([counter, , subject]) => `${counter}${subject}`,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('consume' as const), choices }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('peek' as const), choices }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('refund' as const), choices, ago: fc.nat(8) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reset' as const), choice }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 1, 9, 10, 50, 99, 100),
    }),
  },
);

/** A failure prints how to reproduce it; see `second-factor.model-spec.ts`. */
describe('rate limiter against its model', () => {
  it(`takes, refuses and reports as the model predicts in any of ${SEQUENCES} sequences of up to ${STEPS} steps`, async () => {
    const { uri } = await openTestDatabase();
    const processes = await LimiterProcess.startTwo(uri);
    let runs = 0;

    const run = async (counters: Uses[], steps: Step[]): Promise<void> => {
      // Every run uses documents of its own.
      const name = `run ${runs++}`;
      const made = counters.map((each, n) => new RateCounter(`${name} counter ${n}`, each));
      const keyOf = ([counter, use, subject]: Choice): RateLimitKey => {
        const found = made[counter];
        if (!found) throw new Error('There is no such counter.');
        return found.key(use, subject);
      };
      const model = new RateLimiterModel();
      let now = NOON;
      for (const [n, taken] of steps.entries()) {
        const limiter = processes[n % processes.length]?.limiter;
        if (!limiter) throw new Error('There is no such process.');
        switch (taken.do) {
          case 'wait':
            now += taken.ms;
            break;
          case 'reset':
            model.reset(keyOf(taken.choice));
            await limiter.reset(keyOf(taken.choice));
            break;
          case 'refund': {
            const keys = taken.choices.map(keyOf);
            model.refund(keys, `step ${n - taken.ago}`);
            await limiter.refund(keys, `step ${n - taken.ago}`);
            break;
          }
          case 'consume': {
            const keys = taken.choices.map(keyOf);
            const expected = model.tryConsume(keys, `step ${n}`, now);
            const actual = await limiter.tryConsume(keys, `step ${n}`, new Date(now));
            expect([n, actual]).toEqual([n, expected]);
            break;
          }
          case 'peek': {
            const keys = taken.choices.map(keyOf);
            const told = await limiter.peek(keys, new Date(now));
            const actual = told && { key: told.key.key, until: told.until.getTime() };
            expect([n, actual]).toEqual([n, model.peek(keys, now)]);
          }
        }
      }
    };

    await fc.assert(
      fc.asyncProperty(
        fc.array(uses, { minLength: 2, maxLength: 2 }),
        fc.array(step, { maxLength: STEPS, size: 'max' }),
        run,
      ),
      { numRuns: SEQUENCES, interruptAfterTimeLimit: TIME_LIMIT_MS },
    );
  }, 120_000);
});
