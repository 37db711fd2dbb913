// The same tests with as many trials as they are worth when nobody waits: test/support/budget.ts. Workers inherit it.
process.env.EMBEDDED_MONGO_TRIALS = 'long';

module.exports = require('./jest.config.js');
