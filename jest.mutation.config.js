const base = require('./jest.config');

/** The tests that are about who gets in: the others meet the same guards, and take far longer. */
module.exports = {
  ...base,
  testRegex: [
    '/src/(auth|permissions|two-factor)/.*\\.spec\\.ts$',
    '/test/e2e/(second-factor|backup-codes|info-admin\\.access|sign-in\\.second-factor)\\.e2e-spec\\.ts$',
  ],
};
