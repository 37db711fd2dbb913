const { createRequire } = require('node:module');

const ofJest = createRequire(require.resolve('jest-environment-node'));
const { ModernFakeTimers } = ofJest('@jest/fake-timers');
const { ModuleMocker } = ofJest('jest-mock');

/**
 * Runs test files in the worker's own global scope in place of one for each file: what packages-once.runtime.cjs shares
 * between files then has the same `Date` and `Error` as the tests. What a file changes there, it puts back.
 */
module.exports = class OneScopeEnvironment {
  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimers = null;
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    this.variables = { ...process.env };
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }

  /** Jest would keep the first file's handlers of errors that no test catches, and lose those of all later files. */
  async setup() {
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
  }

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimersModern.dispose();
    for (const name of Object.keys(process.env)) {
      if (!Object.hasOwn(this.variables, name)) delete process.env[name];
    }
    Object.assign(process.env, this.variables);
    process.exitCode = undefined;
  }
};
