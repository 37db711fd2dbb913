// `npm run test:mutation`: how many changes of the code that keeps people out would a test notice? Takes about an hour.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [
    'src/{auth,permissions,two-factor}/**/*.ts',
    '!src/**/*.spec.ts',
    // Wiring: an application without it does not start.
    '!src/**/*.module.ts',
  ],
  testRunner: 'jest',
  jest: { configFile: 'jest.mutation.config.js', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  // What runs once when a file is loaded cannot be switched between tests.
  ignoreStatic: true,
  concurrency: 2,
  // Whoever is refused waits for nothing: only a mutant that never ends takes this long, also on a busy machine.
  timeoutMS: 180_000,
  incremental: true,
  incrementalFile: 'coverage/mutation.json',
  tempDirName: 'coverage/mutation-sandbox',
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { allowColor: false, reportTests: false },
  thresholds: { high: 95, low: 85, break: 85 },
};
