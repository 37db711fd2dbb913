const { TestEnvironment } = require('jest-environment-node');

/** The mutant that a test has killed; kept across test files, because Stryker cannot stop Jest. */
let killed;

/** Skips the remaining tests once one has failed. Does nothing without a mutant. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (mutant === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) killed = mutant;
    if (name === 'test_start' && killed === mutant) test.mode = 'skip';
  }
};
