// Which tests each run includes. Paths are Jest patterns.

/** Slow tests and tests that start processes, which only `npm run test:all` runs. */
const LEFT_OUT = [
  {
    what: 'starts, restarts, shutdowns and installations of the built service',
    paths: [
      'test/integration/start/',
      'test/integration/install/(prepare-script|production-install)\\.',
      'test/e2e/http/(shutdown|database-failure)\\.',
      'test/e2e/health/drain\\.',
      'test/e2e/cluster/',
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
  'test/(contract|deploy|support)/',
  'test/integration/(start|install)/',
  'test/integration/workspace-admin/transfer\\.directory\\.',
  // Compares answers of one process, independent of the database.
  'test/e2e/two-factor/timing\\.',
  // Connections, headers, processes and mails, whatever the database.
  'test/e2e/http/(api-docs|browser|connections|cross-origin|openapi|protocol|request-id|request-log|shutdown|unusual-requests)\\.',
  'test/e2e/rate-limit/(flood|rate-limit)\\.',
  'test/e2e/(cluster|health|metrics)/',
  'test/e2e/enrolment/(code-mail|mail-server-failure)\\.',
  'test/integration/workspace-admin/(output|totp-command)\\.',
  // What each route refuses in which order, and records of it: every read of these is asked of the engine elsewhere.
  'test/e2e/access/protection-matrix\\.',
  'test/e2e/audit/audit-log\\.matrix\\.',
  // Clients that have gone before their answer.
  'test/e2e/audit/audit-log\\.unanswered\\.',
];

/** What a Node update could break first: startup of the built service, its answers, bcrypt and cryptography. */
const ON_OTHER_NODES = [
  'test/integration/start/start\\.',
  'test/e2e/sessions/info-admin\\.golden\\.',
  'test/e2e/sign-in/login\\.golden\\.',
  'test/e2e/two-factor/totp\\.e2e',
];

/** What a cluster could break first: state that must hold over all processes. */
const ON_THREE_INSTANCES = [
  'test/e2e/access/permission-cache\\.',
  'test/e2e/access-tokens/use\\.',
  'test/e2e/sessions/logout\\.e2e',
  'test/e2e/two-factor/(totp|backup-codes)\\.e2e',
];

/** Tests of one process: its start and end, its connections and deadlines, its timing, its counts; or of many real ones. */
const OF_ONE_PROCESS = [
  'test/e2e/http/(shutdown|database-failure|browser|connections)\\.',
  'test/e2e/two-factor/(timing|two-processes)\\.',
  'test/e2e/rate-limit/(flood|rate-limit)\\.',
  'test/e2e/(cluster|health|metrics)/',
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
  // Each connection of a test goes to the next of three instances, as in a cluster.
  '--three-instances': { options: ON_THREE_INSTANCES, env: { TEST_INSTANCES: '3' } },
  '--all-three-instances': {
    options: [...ignoring(OF_ONE_PROCESS), '--testPathPatterns', 'test/e2e/', 'test/models/'],
    env: { TEST_INSTANCES: '3', TEST_ROUNDS: 'few' },
  },
  // The random models have run in full on the embedded database: they are about the service, not about a database.
  '--engine': { options: ignoring(WITHOUT_THE_ENGINE), env: { TEST_ROUNDS: 'few' } },
};
