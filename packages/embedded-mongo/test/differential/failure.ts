import type { RunDetails } from 'fast-check';

/**
 * Reports a property that failed: what its smallest counterexample showed, and how to see it again.
 * @throws Error when it failed
 */
export function throwFailure<T>(run: RunDetails<T>): void {
  if (!run.failed) return;
  const { errorInstance: error, seed, counterexamplePath, numRuns, numShrinks } = run;
  throw new Error(
    [
      error instanceof Error ? error.message : String(error),
      `Found in round ${numRuns} and made smaller ${numShrinks} times (path ${counterexamplePath ?? ''}).`,
      `Again: DIFFERENTIAL_SEED=${seed} npm test -- test/differential`,
    ].join('\n'),
  );
}
