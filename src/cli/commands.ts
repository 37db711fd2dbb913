import { Command } from '../workspace-admin/command/command';

interface CommandEntry {
  /** What it does, in a few words. */
  summary: string;
  /** Loads the command when it is called: `totp` need not wait for the others. */
  load(): Promise<Command>;
}

export const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  init: {
    summary: 'creates a new workspace in an empty database',
    load: async () => (await import('../workspace-admin/init/init.command.js')).INIT,
  },
  indexes: {
    summary: "shows the workspace's indexes, and creates the missing ones",
    load: async () => (await import('../workspace-admin/indexes/indexes.command.js')).INDEXES,
  },
  export: {
    summary: 'writes the workspace into a file',
    load: async () => (await import('../workspace-admin/transfer/export.command.js')).EXPORT,
  },
  import: {
    summary: 'fills an empty database from such a file',
    load: async () => (await import('../workspace-admin/transfer/import.command.js')).IMPORT,
  },
  reseal: {
    summary: 'encrypts or decrypts stored TOTP secrets, and rotates keys',
    load: async () => (await import('../workspace-admin/secret-rotation/reseal.command.js')).RESEAL,
  },
  sessions: {
    summary: 'lists live sessions, and ends those that a selector matches',
    load: async () => (await import('../workspace-admin/sessions/sessions.command.js')).SESSIONS,
  },
  'rebuild-index': {
    summary: 'checks and mends the index of live sessions',
    load: async () =>
      (await import('../workspace-admin/session-index/rebuild-index.command.js')).REBUILD_INDEX,
  },
  'revoke-demo': {
    summary: "removes the demo's credentials from a database",
    load: async () => (await import('../workspace-admin/demo/revoke-demo.command.js')).REVOKE_DEMO,
  },
  doctor: {
    summary: 'checks a live deployment and says what to do',
    load: async () => (await import('../doctor/doctor.command.js')).DOCTOR,
  },
  totp: {
    summary: 'prints a current TOTP code (npm run totp)',
    load: async () => (await import('./totp.command.js')).TOTP,
  },
};
