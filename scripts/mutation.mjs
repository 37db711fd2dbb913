// `npm run test:mutation [part …]`: mutation tests of the access code. Slow and not part of CI; later runs try only what
// has changed. Fails below 85 %.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';

const LEAST_SCORE = 85;
/**
 * Code by room, with the tests that concern it: the others pass the same guards and take far longer. The tests of one line
 * are loaded as one file, because loading the application takes longer than most tests; the quickest lines come first,
 * because the first test that fails ends the trial of a change.
 */
const PARTS = {
  access: {
    mutate: ['src/auth/**/*.ts', 'src/permissions/**/*.ts'],
    tests: [
      'src/(auth|permissions)/.*\\.spec',
      'test/e2e/(sessions/info-admin\\.access|access/permission-cache|sign-in/login\\.second-factor)\\.e2e-spec',
    ],
  },
  'two-factor': {
    mutate: ['src/two-factor/{*,attempts/*,secrets/*}.ts', 'src/two-factor/methods/!(email)*.ts'],
    tests: [
      'src/two-factor/(?!email-codes/).*\\.spec',
      'test/e2e/two-factor/(totp|totp\\.boundaries|remembered|method-choice|lockout|lockout\\.counters|typed-codes|backup-codes)\\.e2e-spec',
      'test/e2e/sign-in/login\\.second-factor\\.e2e-spec',
      'test/integration/two-factor/attempt-store\\.int-spec',
      // What changes a factor, what a token may do without one, and what is logged.
      'test/e2e/enrolment/(totp-changes|totp-sequences|(enable|validate|disable)-totp|regenerate-codes|codes-remaining)\\.e2e-spec',
      'test/e2e/(sessions/info-admin\\.access|two-factor/sealed-secrets|audit/audit-log)\\.e2e-spec',
    ],
  },
  'email-codes': {
    mutate: ['src/two-factor/email-codes/**/*.ts', 'src/two-factor/methods/email*.ts'],
    tests: [
      'src/two-factor/email-codes/.*\\.spec',
      'test/integration/two-factor/email-code-limiter\\.int-spec',
      'test/e2e/(two-factor/email-codes|enrolment/(send-email-code|code-mail|mail-server-failure))\\.e2e-spec',
    ],
  },
  'session-lifecycle': {
    mutate: ['src/session-lifecycle/*.ts'],
    tests: [
      'src/session-lifecycle/.*\\.spec',
      '(test/e2e/sessions/(logout|logout-me|logout\\.owners|logout\\.crash|record-renewal|history)\\.e2e-spec|test/e2e/ways-in/logout-everywhere\\.e2e-spec|test/integration/session-lifecycle/.*\\.int-spec)',
      'test/e2e/sign-in/login\\.tokens\\.e2e-spec',
    ],
  },
  // What decides in the routes that end many sessions and show what has ended.
  endings: {
    mutate: [
      'src/session-selection/*.ts',
      'src/sessions/bulk/{bulk-logout.parameters,bulk-logout.service,confirmation,confirmed.precondition}.ts',
      'src/sessions/history/{ended-session.view,session-history.service}.ts',
      'src/ways-in/logout/*.service.ts',
    ],
    tests: [
      'src/(session-selection|sessions/bulk)/.*\\.spec',
      'test/e2e/(sessions/(history|logout-bulk\\.confirm|logout-bulk)|ways-in/logout-everywhere)\\.e2e-spec',
      'test/e2e/sessions/logout-bulk\\.races\\.e2e-spec',
    ],
  },
  'rate-limiter': {
    mutate: [
      'src/database/{sliding-window*,rate-*}.ts',
      'src/sign-in/{login.throttle,throttle-key}.ts',
    ],
    tests: [
      'src/database/sliding-window\\.limiter\\.spec',
      'test/integration/database/sliding-window-limiter\\.int-spec',
      'test/e2e/sign-in/login\\.throttle\\.e2e-spec',
    ],
  },
};

// Tests, and modules without which the application does not start, cannot let an attacker in.
const EXCEPT = ['!src/**/*.spec.ts', '!src/**/*.module.ts'];

/** RuntimeError: every test passed, and what is checked behind the tests of a file (test/support/teardown.ts) failed. */
const KINDS = ['Killed', 'Timeout', 'RuntimeError', 'Survived', 'NoCoverage'];
const NOTICED = ['Killed', 'Timeout', 'RuntimeError'];

/** Where the files are written that load the tests of a part; not in the repository. */
const LOADERS = 'test/mutation';
const sources = ['src', 'test'].flatMap((root) =>
  readdirSync(root, { recursive: true }).map((path) => join(root, path)),
);

/** Writes one file for each line of tests. Each passes by itself, or Stryker refuses to begin. */
function writeLoaders(tests) {
  rmSync(LOADERS, { recursive: true, force: true });
  mkdirSync(LOADERS);
  for (const [n, line] of tests.entries()) {
    const pattern = new RegExp(`^${line}\\.ts$`);
    const imports = sources
      .filter((path) => pattern.test(path))
      .map((path) => `import '${relative(LOADERS, path).replace(/\.ts$/, '')}';\n`);
    if (imports.length === 0) throw new Error(`No test is named ${line}.`);
    writeFileSync(join(LOADERS, `${n}.spec.ts`), imports.join(''));
  }
}

process.once('exit', () => rmSync(LOADERS, { recursive: true, force: true }));

const tally = {};
const wanted = process.argv.slice(2);
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) {
  const { mutate, tests } = PARTS[name];
  writeLoaders(tests);
  const mutants = await new Stryker({
    mutate: [...mutate, ...EXCEPT],
    jest: {
      config: {
        testRegex: `/${LOADERS}/.*\\.spec\\.ts$`,
        testEnvironment: join(import.meta.dirname, 'mutation-environment.cjs'),
        testSequencer: join(import.meta.dirname, 'mutation-sequencer.cjs'),
      },
      enableFindRelatedTests: false,
    },
    incrementalFile: `coverage/mutation-${name}.json`,
  }).runMutationTest();
  for (const { fileName, status } of mutants) {
    if (!KINDS.includes(status)) continue;
    const file = relative('src', fileName);
    tally[file] ??= Object.fromEntries(KINDS.map((kind) => [kind, 0]));
    tally[file][status] += 1;
  }
}
console.table(tally);
const sum = (...kinds) =>
  Object.values(tally).reduce(
    (total, row) => total + kinds.reduce((n, kind) => n + row[kind], 0),
    0,
  );
const score = (100 * sum(...NOTICED)) / sum(...KINDS);
console.log(`${sum(...NOTICED)} of ${sum(...KINDS)} noticed: ${score.toFixed(1)} %`);
process.exit(score >= LEAST_SCORE ? 0 : 1);
