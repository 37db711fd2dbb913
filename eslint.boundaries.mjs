import { fileURLToPath } from 'node:url';
import boundaries from 'eslint-plugin-boundaries';

/**
 * The rooms of `src/`, lowest first, and the rooms that each imports. Anything else is refused, unlisted rooms included.
 * `entry` stands for the files in `src/` itself.
 */
export const ROOMS = {
  common: [],
  config: ['common'],
  tracing: ['common', 'config'],
  database: ['common', 'config'],
  'workspace-data': ['common'],
  audit: ['common', 'config', 'database'],
  mail: ['common', 'config'],
  auth: ['common', 'config', 'workspace-data'],
  permissions: ['common', 'config', 'workspace-data', 'auth'],
  'session-lifecycle': ['common', 'config', 'database', 'workspace-data', 'audit', 'auth'],
  'two-factor/secrets': ['common', 'config', 'workspace-data'],
  'two-factor': [
    'common',
    'config',
    'database',
    'workspace-data',
    'audit',
    'mail',
    'auth',
    'two-factor/secrets',
  ],
  'rate-limit': ['common', 'config', 'database', 'auth', 'permissions'],
  access: ['common', 'audit', 'auth', 'permissions', 'two-factor', 'rate-limit'],
  'session-index': ['common', 'config', 'database', 'workspace-data'],
  'session-selection': ['common', 'config', 'workspace-data', 'session-lifecycle', 'session-index'],
  sessions: [
    'common',
    'config',
    'workspace-data',
    'audit',
    'auth',
    'session-lifecycle',
    'session-index',
    'session-selection',
    'access',
  ],
  'sign-in': [
    'common',
    'config',
    'database',
    'workspace-data',
    'audit',
    'auth',
    'permissions',
    'session-lifecycle',
    'two-factor',
    'access',
  ],
  enrolment: [
    'common',
    'workspace-data',
    'audit',
    'auth',
    'session-lifecycle',
    'two-factor/secrets',
    'two-factor',
    'access',
  ],
  'ways-in': [
    'common',
    'config',
    'database',
    'workspace-data',
    'audit',
    'auth',
    'permissions',
    'session-lifecycle',
    'access',
    'sessions',
  ],
  'access-tokens': ['common', 'workspace-data', 'auth', 'session-lifecycle', 'access'],
  'audit-trail': ['common', 'audit', 'auth', 'session-lifecycle', 'access'],
  'workspace-admin': [
    'common',
    'config',
    'database',
    'workspace-data',
    'audit',
    'auth',
    'session-lifecycle',
    'session-index',
    'session-selection',
    'two-factor/secrets',
    'two-factor',
  ],
  doctor: [
    'common',
    'config',
    'database',
    'workspace-data',
    'mail',
    'two-factor/secrets',
    'workspace-admin',
  ],
  health: ['common', 'config', 'session-index', 'access'],
  metrics: [
    'common',
    'config',
    'database',
    'mail',
    'session-lifecycle',
    'two-factor',
    'session-index',
    'health',
  ],
  management: ['common', 'config', 'health', 'metrics'],
  cluster: ['common', 'config', 'database'],
  cli: ['common', 'database', 'two-factor', 'workspace-admin', 'doctor'],
  entry: [
    'common',
    'config',
    'tracing',
    'database',
    'rate-limit',
    'access',
    'sessions',
    'sign-in',
    'enrolment',
    'access-tokens',
    'audit-trail',
    'ways-in',
    'workspace-admin',
    'health',
    'metrics',
    'management',
    'cluster',
    'cli',
  ],
};

const MAY_USE_BCRYPT = ['auth', 'workspace-admin'];
const EMBEDDED = '@workspace-sessions/embedded-mongo';
const NOT_IMPORTED =
  'Only src/database/embedded-database.ts loads the embedded database, by import().';

const ofRoom = (...rooms) => ({ element: { types: rooms } });
const toModule = (source) => ({ module: { source } });

const elements = [
  ...Object.keys(ROOMS)
    .filter((room) => room !== 'entry')
    // Deeper rooms first: the first matching pattern decides.
    .sort((a, b) => b.split('/').length - a.split('/').length)
    .map((room) => ({ type: room, pattern: `src/${room}`, partialMatch: false })),
  { type: 'entry', pattern: 'src', partialMatch: false },
  { type: 'test', pattern: 'test', partialMatch: false },
  { type: 'embedded-mongo', pattern: 'packages/embedded-mongo', partialMatch: false },
];

const files = [
  { category: 'schema', pattern: '**/*.schema.ts' },
  { category: 'spec', pattern: '**/*.spec.ts' },
  { category: 'in src itself', pattern: 'src/*.ts' },
  { category: 'engine', pattern: 'packages/embedded-mongo/src/**/*.ts' },
];

/** Later policies override earlier ones. */
const policies = [
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.entries(ROOMS)
    .filter(([, others]) => others.length > 0)
    .map(([room, others]) => ({
      from: room === 'entry' ? { file: { categories: 'in src itself' } } : ofRoom(room),
      allow: { to: ofRoom(...others) },
    })),
  {
    from: { ...ofRoom(...Object.keys(ROOMS)), file: { categories: 'spec' } },
    allow: { to: ofRoom('test') },
  },
  { from: ofRoom('test'), allow: { to: ofRoom(...Object.keys(ROOMS)) } },
  {
    from: ofRoom(...Object.keys(ROOMS)),
    disallow: { to: { file: { categories: 'schema' } } },
    message: "Schemas stay in their room; use the room's exported service.",
  },
  {
    from: ofRoom(...Object.keys(ROOMS).filter((room) => !MAY_USE_BCRYPT.includes(room))),
    disallow: { to: toModule('bcrypt') },
    message: 'Work that a client can cause must go through the BcryptQueue (docs/adr/0007).',
  },
  {
    from: ofRoom(...Object.keys(ROOMS)),
    disallow: { to: toModule(EMBEDDED) },
    message: NOT_IMPORTED,
  },
  {
    from: { file: { path: 'src/database/embedded-database.ts' } },
    allow: {
      to: toModule(EMBEDDED),
      dependency: [{ nodeKind: 'dynamic-import' }, { kind: ['type', 'typeof'] }],
    },
  },
  {
    from: { file: { categories: 'engine' } },
    disallow: { to: { module: { origin: 'external' } } },
    message: 'The engine needs bson and Node only.',
  },
  { from: { file: { categories: 'engine' } }, allow: { to: toModule('bson') } },
  {
    from: { file: { categories: { allOf: ['engine', 'spec'] } } },
    allow: { to: { module: { origin: 'external' } } },
  },
];

export default [
  {
    files: ['src/**/*.ts', 'test/**/*.ts', 'packages/embedded-mongo/**/*.ts'],
    plugins: { boundaries },
    settings: {
      'boundaries/elements': elements,
      'boundaries/files': files,
      'boundaries/dependency-nodes': ['import', 'dynamic-import', 'export', 'require'],
      'boundaries/flag-as-external': { customSourcePatterns: ['@workspace-sessions/*'] },
      'boundaries/legacy-templates': false,
      'import/resolver': { [fileURLToPath(new URL('./eslint.resolver.cjs', import.meta.url))]: {} },
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'boundaries/dependencies': [
        'error',
        {
          default: 'disallow',
          checkAllOrigins: true,
          checkUnknownLocals: true,
          message:
            '{{from.element.types}} may not import {{to.element.types}} (see ROOMS in eslint.boundaries.mjs).',
          policies,
        },
      ],
    },
  },
];
