const { TestEnvironment } = require('jest-environment-node');

/** The mutant that a test has noticed; kept from file to file, since Stryker cannot make Jest stop. */
let noticed;

/** Skips all tests that are left once one has failed. Without a mutant it changes nothing. */
module.exports = class FailFastEnvironment extends TestEnvironment {
  handleTestEvent({ name, test }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (mutant === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) noticed = mutant;
    if (name === 'test_start' && noticed === mutant) test.mode = 'skip';
  }
};
