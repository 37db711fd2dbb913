const OneScopeEnvironment = require('../test/runner/one-scope.environment.cjs');

/** The mutant that a test has killed; kept across test files, because Stryker cannot stop Jest. */
let killed;

/** Skips the remaining tests once one has failed, in this file and the next ones. Does nothing without a mutant. */
module.exports = class FailFastEnvironment extends OneScopeEnvironment {
  handleTestEvent({ name, test }, { rootDescribeBlock }) {
    const mutant = process.env.__STRYKER_ACTIVE_MUTANT__;
    if (mutant === undefined) return;
    if (name === 'test_done' && test.errors.length > 0) killed = mutant;
    if (killed !== mutant) return;
    if (name === 'test_start') test.mode = 'skip';
    // A file without a test to run does not start what its tests would need.
    if (name === 'run_start') skipAll(rootDescribeBlock);
  }
};

function skipAll({ children }) {
  for (const child of children) {
    if (child.type === 'describeBlock') skipAll(child);
    else child.mode = 'skip';
  }
}
