const { createRequire } = require('node:module');
const { compileFunction } = require('node:vm');
const { default: JestRuntime } = createRequire(require.resolve('jest'))('jest-runtime');

/** Loaded afresh for each file all the same: tests put something else in their place, or they are sources of ours. */
const OURS = ['bcrypt', '@workspace-sessions/embedded-mongo', '@jest/globals'];
const PACKAGE = /^(?:@[^/]+\/)?[^./][^/]*/;

/**
 * Loads the packages that tests and sources name once in a worker, by Node itself, and not again for each file: Nest,
 * Fastify and Mongoose are more than two thousand modules, and took more time than what most files test.
 */
module.exports = class PackagesOnceRuntime extends JestRuntime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    executor.compile = (source, filename) =>
      compileFunction(source, executor.injectedModuleParameters, { filename });
  }

  requireModuleOrMock(from, name) {
    const [installed] = PACKAGE.exec(name) ?? [];
    const isShared =
      installed !== undefined &&
      !installed.startsWith('node:') &&
      !OURS.includes(installed) &&
      !from.includes('/node_modules/');
    if (!isShared) return super.requireModuleOrMock(from, name);
    if (this.mockState.shouldMockCjs(from, name).shouldMock) {
      throw new Error(`${name} is shared between test files and cannot be mocked: add it to OURS.`);
    }
    return createRequire(from)(name);
  }
};
