import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(__dirname, '../..');
const LINTER = join(__dirname, '../support/lint-texts.mjs');

const SCHEMA = "Schemas stay in their room; use the room's exported service.";
const EMBEDDED = 'Only src/database/embedded-database.ts loads the embedded database, by import().';
const BCRYPT = 'Work that a client can cause must go through the BcryptQueue (docs/adr/0007).';
const ENGINE = 'The engine needs bson and Node only.';
const CLOCK = 'Time comes from the injected Clock.';
const unknown = (from: string, to: string): string =>
  `${from} may not import ${to} (see ROOMS in eslint.boundaries.mjs).`;

/** The path of a file, a line in it, and the messages of ESLint. */
type Case = [path: string, line: string, ...messages: string[]];

const REFUSED: Case[] = [
  ['src/common/x.ts', "import '../auth/caller';", unknown('common', 'auth')],
  ['src/auth/x.ts', "import '../two-factor/two-factor.guard';", unknown('auth', 'two-factor')],
  [
    'src/sessions/dto/x.ts',
    "import type { A } from '../../enrolment/enrolment.module';",
    unknown('sessions', 'enrolment'),
  ],
  [
    'src/sessions/a/b/c/d/x.ts',
    "export * from '../../../../../enrolment/enrolment.module';",
    unknown('sessions', 'enrolment'),
  ],
  [
    'src/sessions/x.ts',
    "await import('../enrolment/enrolment.module');",
    unknown('sessions', 'enrolment'),
  ],
  ['src/sessions/x.ts', "import '../main';", unknown('sessions', 'entry')],
  ['src/sessions/x.ts', "import '../../test/support/app';", unknown('sessions', 'test')],
  [
    'src/two-factor/secrets/x.ts',
    "import '../methods/totp';",
    unknown('two-factor/secrets', 'two-factor'),
  ],
  [
    'src/workspace-admin/x.ts',
    "import '../sign-in/sign-in.service';",
    unknown('workspace-admin', 'sign-in'),
  ],
  ['src/main.ts', "import './two-factor/two-factor.service';", unknown('entry', 'two-factor')],
  ['src/new-room/x.ts', "import '../auth/caller';", unknown('entry', 'auth')],
  ['src/sessions/x.ts', "import '../workspace-data/users/user.schema';", SCHEMA],
  ['src/sessions/x.ts', "import { hash } from 'bcrypt';", BCRYPT],
  ['src/sessions/x.ts', "import '@workspace-sessions/embedded-mongo';", EMBEDDED],
  ['src/sessions/x.ts', "await import('@workspace-sessions/embedded-mongo');", EMBEDDED],
  ['src/database/x.ts', "import type { A } from '@workspace-sessions/embedded-mongo';", EMBEDDED],
  [
    'src/database/embedded-database.ts',
    "import { A } from '@workspace-sessions/embedded-mongo';",
    EMBEDDED,
  ],
  [
    'src/database/x.ts',
    "import '../../packages/embedded-mongo/src/index';",
    unknown('database', 'embedded-mongo'),
  ],
  [
    'test/e2e/x.ts',
    "import '../../packages/embedded-mongo/src/index';",
    unknown('test', 'embedded-mongo'),
  ],
  [
    'packages/embedded-mongo/src/x.ts',
    "import '../../../src/main';",
    unknown('embedded-mongo', 'entry'),
  ],
  [
    'packages/embedded-mongo/test/x.spec.ts',
    "import '../../../test/support/app';",
    unknown('embedded-mongo', 'test'),
  ],
  ['packages/embedded-mongo/src/x.ts', "import 'mongoose';", ENGINE],
  ['src/sessions/x.ts', 'export const now = new Date();', CLOCK],
  ['src/sessions/x.ts', 'export const now = Date.now();', CLOCK],
];

const ALLOWED: Case[] = [
  ['src/sessions/x.ts', "import '../auth/caller'; import 'mongoose'; import 'node:fs';"],
  ['src/workspace-data/users/x.ts', "import './user.schema'; import '../sessions/session.schema';"],
  ['src/auth/x.ts', "import 'bcrypt';"],
  ['src/workspace-admin/x.ts', "import 'bcrypt'; import '../two-factor/secrets/encryption-key';"],
  ['src/auth/x.spec.ts', "import '../../test/support/app';"],
  ['src/database/embedded-database.ts', "await import('@workspace-sessions/embedded-mongo');"],
  [
    'src/database/embedded-database.ts',
    "import type { A } from '@workspace-sessions/embedded-mongo';",
  ],
  ['test/e2e/x.ts', "import '../../src/main'; import '@workspace-sessions/embedded-mongo';"],
  ['packages/embedded-mongo/src/x.ts', "import 'bson'; import 'node:fs'; import './index';"],
  ['packages/embedded-mongo/src/x.spec.ts', "import 'mongodb'; import 'fast-check';"],
  ['src/sessions/x.ts', 'export const then = new Date(0);'],
];

interface Report {
  messages: string[][];
  rooms: Record<string, string[]>;
}

function lint(cases: Case[]): Report {
  const input = JSON.stringify(cases.map(([path, line]) => ({ path, text: `${line}\n` })));
  const { stdout, stderr } = spawnSync(process.execPath, [LINTER], { input, encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as Report;
}

/** Paths below `src/`. */
const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.ts'),
);
const sources = files.filter((path) => !path.endsWith('.spec.ts'));
const lines = (path: string): number =>
  readFileSync(join(ROOT, 'src', path), 'utf8').split('\n').length;

/** The room of a path below `src/`: the deepest that holds it. */
function roomOf(path: string, rooms: string[]): string {
  const holding = rooms.filter((room) => path.startsWith(`${room}/`));
  return holding.sort((a, b) => b.length - a.length)[0] ?? 'entry';
}

/** The paths below `src/` that a file imports by a relative path. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, 'src', path), 'utf8');
  const relative = text.matchAll(/(?:from|import|import\()\s*'(\.[^']*)'/g);
  return [...relative].map(([, to = '']) => join(dirname(path), to));
}

describe('the lint rules for the rooms of src', () => {
  const report = lint([...REFUSED, ...ALLOWED]);
  const messagesFor = (index: number): string[] => report.messages[index] ?? [];

  it.each(REFUSED.map(([path, line, ...messages], index) => ({ path, line, messages, index })))(
    'forbids in $path: $line',
    ({ index, messages }) => {
      expect(messagesFor(index)).toEqual(messages);
    },
  );

  it.each(ALLOWED.map(([path, line], index) => ({ path, line, index: REFUSED.length + index })))(
    'allows in $path: $line',
    ({ index }) => {
      expect(messagesFor(index)).toEqual([]);
    },
  );

  it('matches the reviewed table of rooms', () => {
    expect(Object.entries(report.rooms).map(([room, others]) => `${room}: ${others.join(' ')}`))
      .toMatchInlineSnapshot(`
      [
        "common: ",
        "config: common",
        "tracing: common config",
        "database: common config",
        "workspace-data: common",
        "audit: common config database",
        "mail: common config",
        "auth: common config workspace-data",
        "permissions: common config workspace-data auth",
        "session-lifecycle: common config database workspace-data audit auth",
        "two-factor/secrets: common config workspace-data",
        "two-factor: common config database workspace-data audit mail auth two-factor/secrets",
        "rate-limit: common config database auth permissions",
        "access: common audit auth permissions two-factor rate-limit",
        "session-index: common config database workspace-data",
        "session-selection: common config workspace-data session-lifecycle session-index",
        "sessions: common config workspace-data audit auth session-lifecycle session-index session-selection access",
        "sign-in: common config database workspace-data audit auth permissions session-lifecycle two-factor access",
        "enrolment: common workspace-data audit auth session-lifecycle two-factor/secrets two-factor access",
        "ways-in: common config database workspace-data audit auth permissions session-lifecycle access sessions",
        "access-tokens: common workspace-data auth session-lifecycle access",
        "audit-trail: common audit auth session-lifecycle access",
        "workspace-admin: common config database workspace-data audit auth session-lifecycle session-index session-selection two-factor/secrets two-factor",
        "doctor: common config database workspace-data mail two-factor/secrets workspace-admin",
        "health: common config session-index access",
        "metrics: common config database mail session-lifecycle two-factor session-index health",
        "management: common config health metrics",
        "cluster: common config database",
        "cli: common database two-factor workspace-admin doctor",
        "entry: common config tracing database rate-limit access sessions sign-in enrolment access-tokens audit-trail ways-in workspace-admin health metrics management cluster cli",
      ]
    `);
  });

  it('covers every folder of src', () => {
    const folders = new Set(
      sources.map((path) => path.split('/')[0]).filter((name) => !(name ?? '').includes('.')),
    );
    expect([...folders].filter((folder) => !report.rooms[folder ?? ''])).toEqual([]);
  });

  it('lists for a room only what its files import', () => {
    const rooms = Object.keys(report.rooms);
    const used = new Set(
      files.flatMap((path) =>
        importsOf(path).map((to) => `${roomOf(path, rooms)} -> ${roomOf(to, rooms)}`),
      ),
    );
    const listed = Object.entries(report.rooms).flatMap(([room, others]) =>
      others.map((other) => `${room} -> ${other}`),
    );
    expect(listed.filter((edge) => !used.has(edge))).toEqual([]);
  });

  it('has no circular imports between rooms', () => {
    const rooms = Object.keys(report.rooms);
    const upwards = Object.entries(report.rooms).flatMap(([room, others]) =>
      others.filter((other) => rooms.indexOf(other) >= rooms.indexOf(room)),
    );
    expect(upwards).toEqual([]);
  });

  it('keeps every room below a fifth of src', () => {
    const all = sources.reduce((sum, path) => sum + lines(path), 0);
    const sizes = new Map<string, number>();
    for (const path of sources) {
      const room = path.split('/')[0] ?? '';
      sizes.set(room, (sizes.get(room) ?? 0) + lines(path));
    }
    expect([...sizes].filter(([, size]) => size > all / 5)).toEqual([]);
  });
});
