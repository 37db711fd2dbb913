import type { EngineUnderTest } from './engine-under-test';
import type { KnownDifference } from './known-differences';
import type { Round } from './round';
import { outcomeText, text } from './trial';
import type { Outcome, Trial } from './trial';

/** From here on codes number single assertions, and engines that are not MongoDB number their own. */
const FIRST_ASSERTION = 12_000;

/** Runs rounds on two engines and counts in how many trials they agree. */
export class Comparison {
  /** Trials that were compared. */
  trials = 0;
  private readonly known = new Map<string, number>();

  constructor(
    private readonly embedded: EngineUnderTest,
    private readonly other: EngineUnderTest,
    private readonly differences: readonly KnownDifference[],
  ) {}

  /** @throws Error that shows the first trial with an unknown difference */
  async run(round: Round): Promise<void> {
    for (const [trial, embedded, other] of await this.outcomes(round)) {
      this.trials += 1;
      if (isSame(trial, embedded, other)) continue;
      const known = this.knownDifference(trial, embedded, other);
      if (!known) throw new Error(reportOf(trial, embedded, other));
      this.known.set(known.what, (this.known.get(known.what) ?? 0) + 1);
      // After one difference a sequence goes on with other documents.
      if (round.sequential) return;
    }
  }

  /** The known difference in a round of one trial. */
  async knownDifferenceIn(round: Round): Promise<string | undefined> {
    const [first] = await this.outcomes(round);
    if (!first || isSame(...first)) return undefined;
    return this.knownDifference(...first)?.what;
  }

  /** How many trials there were, and how often which difference. */
  summary(): string {
    const times = [...this.known].map(([what, count]) => `  ${count} × the real one ${what}`);
    return [
      `${this.trials} trials compared; known differences in ${sum(this.known)}`,
      ...times,
    ].join('\n');
  }

  private knownDifference(
    trial: Trial,
    embedded: Outcome,
    other: Outcome,
  ): KnownDifference | undefined {
    return this.differences.find((difference) => difference.applies(trial, embedded, other));
  }

  private async outcomes(round: Round): Promise<[Trial, Outcome, Outcome][]> {
    const [embedded, other] = await Promise.all([round.run(this.embedded), round.run(this.other)]);
    return round.trials.map((trial, place) => [trial, embedded[place] ?? {}, other[place] ?? {}]);
  }
}

function isSame(trial: Trial, embedded: Outcome, other: Outcome): boolean {
  if (exact(inOrder(trial, embedded)) === exact(inOrder(trial, other))) return true;
  return (
    (embedded.code ?? 0) >= FIRST_ASSERTION &&
    other.code !== undefined &&
    exact(embedded.stored) === exact(other.stored)
  );
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}

/** Outcomes are text and numbers. */
function exact(outcome: unknown): string | undefined {
  return JSON.stringify(outcome);
}

/** Groups come in no order of their own. */
function inOrder({ command }: Trial, outcome: Outcome): Outcome {
  if (!outcome.answer || !JSON.stringify(command.pipeline ?? []).includes('"$group"'))
    return outcome;
  return { ...outcome, answer: [...outcome.answer].sort() };
}

function reportOf(
  { documents, earlier = [], command }: Trial,
  embedded: Outcome,
  other: Outcome,
): string {
  return [
    'The engines differ.',
    `documents ${text(documents)}`,
    ...earlier.map((before) => `before    ${text(before)}`),
    `command   ${text(command)}`,
    `embedded  ${outcomeText(embedded)}`,
    `other     ${outcomeText(other)}`,
  ].join('\n');
}
