// Options that all parts of `npm run test:mutation` share; scripts/mutation.mjs lists the parts.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  // Code that runs once on load cannot be switched between tests.
  ignoreStatic: true,
  concurrency: 2,
  // Jest keeps what each run loaded, until a runner only collects garbage.
  maxTestRunnerReuse: 8,
  // Only an endless mutant takes this long, even on a busy machine.
  timeoutMS: 60_000,
  incremental: true,
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['clear-text', 'progress-append-only'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: false },
};
