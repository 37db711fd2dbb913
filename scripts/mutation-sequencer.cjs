const { default: Sequencer } = require('@jest/test-sequencer');

/** In the order of `testRegex`: a part lists its quickest tests first, and the first that fails ends the trial of a mutant. */
module.exports = class PartSequencer extends Sequencer {
  sort(tests) {
    return [...tests].sort((a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : 1));
  }
};

function rank({ path, context }) {
  return context.config.testRegex.findIndex((pattern) => new RegExp(pattern).test(path));
}
