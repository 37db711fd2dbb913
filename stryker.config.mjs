// What every part of `npm run test:mutation` shares (scripts/mutation.mjs says which parts there are).

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // What runs once when a file is loaded cannot be switched between tests.
  ignoreStatic: true,
  concurrency: 2,
  // Jest keeps what each run has loaded, until a runner does nothing but collect garbage.
  maxTestRunnerReuse: 8,
  // Whoever is refused waits for nothing: only a mutant that never ends takes this long, also on a busy machine.
  timeoutMS: 60_000,
  incremental: true,
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false },
};
