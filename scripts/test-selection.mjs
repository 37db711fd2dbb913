// Which tests each run includes. Paths are Jest patterns.

/** Slow tests and tests that start processes, which only `npm run test:all` runs. */
const LEFT_OUT = [
  {
    what: 'starts, restarts, shutdowns and installations of the built service',
    paths: [
      'test/integration/start/',
      'test/integration/install/(prepare-script|production-install)\\.',
      'test/e2e/http/(shutdown|database-failure)\\.',
      'test/e2e/two-factor/(two-processes|sealed-secrets)\\.',
      'test/e2e/audit/audit-log\\.unanswered\\.',
    ],
  },
  { what: 'commands as processes', paths: ['test/integration/workspace-admin/'] },
  {
    what: 'a workspace as Rocket.Chat leaves it, and two clocks that differ',
    paths: ['test/e2e/sessions/real-workspace\\.', 'test/e2e/two-factor/totp\\.boundaries\\.'],
  },
  {
    what: 'times, floods and deadlines',
    paths: [
      'test/e2e/two-factor/(timing|lockout|lockout\\.counters)\\.',
      'test/e2e/sign-in/login\\.flood\\.',
      'test/e2e/http/(request-deadline|hostile-work)\\.',
      'test/integration/database/majorities\\.',
    ],
  },
  { what: 'the browser', paths: ['test/e2e/http/browser\\.'] },
  { what: 'proxies in front of the service', paths: ['test/deploy/(nginx|caddy)\\.'] },
  {
    what: 'kills and random commands of the embedded database',
    paths: ['packages/embedded-mongo/test/(crash|differential)/'],
  },
];

/** Tests without a database or for the embedded one only; a run on a real engine would just repeat them. */
const WITHOUT_THE_ENGINE = [
  '<rootDir>/(src|packages)/',
  'test/(contract|deploy)/',
  'test/integration/(start|install)/',
  'test/integration/workspace-admin/transfer\\.directory\\.',
  // Compares answers of one process, independent of the database.
  'test/e2e/two-factor/timing\\.',
  // Connections, processes and mails, whatever the database.
  'test/e2e/http/(browser|openapi|connections|shutdown)\\.',
  'test/e2e/enrolment/(code-mail|mail-server-failure)\\.',
  'test/integration/workspace-admin/(output|totp-command)\\.',
];

/** What a Node update could break first: startup of the built service, its answers, bcrypt and cryptography. */
const ON_OTHER_NODES = [
  'test/integration/start/start\\.',
  'test/e2e/sessions/info-admin\\.golden\\.',
  'test/e2e/sign-in/login\\.golden\\.',
  'test/e2e/two-factor/totp\\.e2e',
];

const ignoring = (paths) => ['--testPathIgnorePatterns', '/node_modules/', ...paths];

/** The runs of `scripts/test.mjs`, by its first argument. */
export const RUNS = {
  core: {
    options: ignoring(LEFT_OUT.flatMap(({ paths }) => paths)),
    env: { TEST_ROUNDS: 'few' },
    closing: `Left to \`npm run test:all\`: ${[...LEFT_OUT.map(({ what }) => what), 'most rounds of the random models'].join('; ')}.`,
  },
  '--all': { options: [], env: {} },
  '--other-node': { options: ON_OTHER_NODES, env: {} },
  // The random models have run in full on the embedded database: they are about the service, not about a database.
  '--engine': { options: ignoring(WITHOUT_THE_ENGINE), env: { TEST_ROUNDS: 'few' } },
};
