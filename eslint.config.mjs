import { readdirSync } from 'node:fs';
import tseslint from 'typescript-eslint';

// Architecture rule 7: feature rooms build on these, never the other way round.
const FOUNDATION = ['common', 'config', 'database'];
/** What each room of `src/` may import from its siblings. A room that is not listed may import nothing. */
const MAY_IMPORT = {
  common: [],
  config: ['common'],
  database: ['common', 'config'],
  audit: FOUNDATION,
  mail: FOUNDATION,
  users: FOUNDATION,
  auth: [...FOUNDATION, 'users'],
  permissions: [...FOUNDATION, 'auth'],
  seal: [...FOUNDATION, 'users'],
  'two-factor': [...FOUNDATION, 'audit', 'mail', 'users', 'auth', 'seal'],
  access: [...FOUNDATION, 'audit', 'users', 'auth', 'permissions', 'two-factor'],
  sessions: [...FOUNDATION, 'audit', 'users', 'auth', 'access'],
  'sign-in': [...FOUNDATION, 'audit', 'users', 'auth', 'access', 'two-factor', 'sessions'],
  enrolment: [...FOUNDATION, 'audit', 'users', 'auth', 'access', 'seal', 'two-factor', 'sessions'],
  'access-tokens': [...FOUNDATION, 'users', 'auth', 'access', 'sessions'],
  workspace: [...FOUNDATION, 'auth', 'seal'],
  commands: [...FOUNDATION, 'seal', 'two-factor', 'workspace'],
};

const rooms = readdirSync(new URL('./src', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

/** A production install does not contain the embedded database, so the service loads it only when it needs it. */
const NOT_IMPORTED = {
  regex: '^@workspace-sessions/|/packages/embedded-mongo(/|$)',
  message: 'Only src/database/embedded-database.ts loads the embedded database, by import().',
};
const BY_ITS_NAME = {
  regex: '/packages/embedded-mongo(/|$)',
  message: 'Tests use the embedded database by its name, as the service does.',
};
const NOT_LOADED = {
  selector: 'ImportExpression[source.value=/embedded-mongo/]',
  message: NOT_IMPORTED.message,
};

/** How deep files lie in a room; `../` counts from there. */
const DEPTHS = [1, 2, 3];

/** Imports that leave a room by another door than the table allows, or that take another room's schema. */
const boundaries = rooms.flatMap((room) => {
  const others = rooms.filter((other) => other !== room);
  const closed = others.filter((other) => !(MAY_IMPORT[room] ?? []).includes(other));
  return DEPTHS.map((depth) => {
    const out = '(\\.\\./)'.concat(`{${depth}}`);
    const patterns = [
      ...closed.map((other) => ({
        regex: `^${out}${other}(/|$)`,
        message: `src/${room} does not know src/${other} (see MAY_IMPORT in eslint.config.mjs).`,
      })),
      {
        regex: `^${out}(${others.join('|')})/.*\\.schema$`,
        message: "Schemas stay in their room; use the room's exported service.",
      },
      { ...NOT_IMPORTED, allowTypeImports: room === 'database' },
      ...(['auth', 'workspace'].includes(room)
        ? []
        : [
            {
              regex: '^bcrypt$',
              message: 'Whatever a client can ask for waits in the BcryptQueue (docs/adr/0007).',
            },
          ]),
    ];
    return {
      files: [`src/${room}/${'*/'.repeat(depth - 1)}*.ts`],
      rules: { 'no-restricted-imports': ['error', { patterns }] },
    };
  });
});

/** The package stands alone: it imports nothing from around it and, but for its tests, `bson` and Node only. */
const standalone = DEPTHS.flatMap((depth) => {
  const outside = {
    regex: `^(\\.\\./){${depth + 1}}`,
    message: 'packages/embedded-mongo knows nothing of what is around it.',
  };
  const others = { regex: '^(?!\\.|node:|bson$)', message: 'The engine needs bson and Node only.' };
  const at = (folder, ignores, patterns) => ({
    files: [`packages/embedded-mongo/${folder}/${'*/'.repeat(depth - 1)}*.ts`],
    ignores,
    rules: { 'no-restricted-imports': ['error', { patterns }] },
  });
  return [at('*', [], [outside]), at('src', ['**/*.spec.ts'], [outside, others])];
});

const BY_CLOCK = [
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Time comes from the injected Clock.',
  },
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Time comes from the injected Clock.',
  },
];

export default tseslint.config(
  { ignores: ['**/dist/', 'coverage/', '**/node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // Nest's modules are empty classes that carry a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Nest and others declare plain option objects as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...BY_CLOCK, NOT_LOADED],
    },
  },
  { files: ['src/common/clock.ts'], rules: { 'no-restricted-syntax': 'off' } },
  {
    files: ['src/database/embedded-database.ts'],
    rules: { 'no-restricted-syntax': ['error', ...BY_CLOCK] },
  },
  ...boundaries,
  {
    files: ['src/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [NOT_IMPORTED] }] },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', { patterns: [BY_ITS_NAME] }] },
  },
  ...standalone,
  {
    files: ['packages/embedded-mongo/src/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'env' }] },
  },
  {
    files: ['**/*.spec.ts', '**/test/**/*.ts'],
    rules: {
      // expect(object.method) names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
