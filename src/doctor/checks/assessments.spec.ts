import { loadConfiguration } from '../../config/configuration';
import { FindingStatus } from '../finding';
import { assessClock } from './clock.check';
import { assessCollections } from './collections.check';
import { assessConfiguration } from './configuration.check';
import { assessDatabase } from './database.check';
import { assessDemo } from './demo.check';
import { assessIndexes } from './indexes.check';
import { assessMail } from './mail.check';
import { assessOwnIndexes } from './own-indexes.check';
import { assessPermissions, PermissionFacts } from './permissions.check';
import { assessReplication } from './replication.check';
import { assessRights, AuthInfo } from './rights.check';
import { assessIndex, FollowedChanges, indexWithoutChanges } from './session-index.check';
import { assessSize } from './size.check';
import { assessSecrets } from './totp-secrets.check';
import { assessNode } from './versions.check';

const PRODUCTION = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/chat' };

describe('doctor check: versions', () => {
  it.each<[string, FindingStatus]>([
    ['20.18.3', 'fail'],
    ['18.20.0', 'fail'],
    ['20.19.0', 'ok'],
    ['22.0.0', 'ok'],
  ])('Node.js %s: %s', (version, status) => {
    expect(assessNode(version, '1.2.3')).toMatchObject({ status });
    expect(assessNode(version, '1.2.3').found).toContain(`1.2.3 on Node.js ${version}`);
  });
});

describe('doctor check: configuration', () => {
  it.each<[Record<string, string>, FindingStatus, string]>([
    [PRODUCTION, 'ok', '0 keys'],
    [{ ...PRODUCTION, TOTP_ENCRYPTION_KEYS: 'ab'.repeat(32) }, 'ok', '1 key '],
    [{ ...PRODUCTION, DATABASE_TIMEOUT_MS: '9000' }, 'warn', 'longer than REQUEST_TIMEOUT_MS'],
    [{ ...PRODUCTION, NODE_ENV: 'development' }, 'warn', 'NODE_ENV is development'],
    [{}, 'warn', 'MONGODB_URI is not set'],
  ])('%j: %s', (env, status, words) => {
    const finding = assessConfiguration(loadConfiguration(env));
    expect(finding).toMatchObject({ status, found: expect.stringContaining(words) as string });
    expect(finding.found).not.toContain('abab');
  });
});

describe('doctor check: mail', () => {
  it.each<[Record<string, string>, string | undefined, FindingStatus]>([
    [{}, undefined, 'warn'],
    [{ SMTP_URL: 'smtp://mail' }, undefined, 'ok'],
    [{ SMTP_URL: 'smtp://u:hunter2@mail' }, '{"code":"EAUTH"}', 'fail'],
    [{ SMTP_URL: 'smtp://mail', SMTP_ALLOW_PLAINTEXT: 'true' }, undefined, 'warn'],
    [{ SMTP_URL: 'smtps://mail', SMTP_ALLOW_PLAINTEXT: 'true' }, undefined, 'ok'],
  ])('%j, failing with %s: %s', (env, failure, status) => {
    const finding = assessMail(loadConfiguration(env).mail, failure);
    expect(finding.status).toBe(status);
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});

describe('doctor check: database', () => {
  it.each<[string, number, FindingStatus]>([
    ['4.2.24', 1, 'fail'],
    ['3.6.0', 1, 'fail'],
    ['4.4.0', 1, 'ok'],
    ['8.0.4', 49, 'ok'],
    ['8.0.4', 50, 'warn'],
  ])('MongoDB %s that answers in %i ms: %s', (version, milliseconds, status) => {
    expect(assessDatabase(version, milliseconds).status).toBe(status);
  });
});

describe('doctor check: replication', () => {
  const at = (second: number): Date => new Date(Date.UTC(2024, 0, 1, 0, 0, second));
  const primary = { isWritablePrimary: true, setName: 'rs0', hosts: ['a', 'b', 'c'] };
  const written = (lastWriteDate: Date, majorityWriteDate: Date): object => ({
    ...primary,
    lastWrite: { lastWriteDate, majorityWriteDate },
  });

  it.each<[string, object, FindingStatus]>([
    ['a primary', primary, 'ok'],
    ['a primary whose majority keeps up', written(at(10), at(5)), 'ok'],
    ['a primary whose majority lags behind', written(at(11), at(5)), 'fail'],
    ['a replica set of one member', { ...primary, hosts: ['a'] }, 'warn'],
    ['a single server', { isWritablePrimary: true }, 'warn'],
    ['a secondary', { ...primary, isWritablePrimary: false }, 'fail'],
    ['mongos', { isWritablePrimary: true, msg: 'isdbgrid' }, 'ok'],
  ])('%s', (_case, hello, status) => {
    expect(assessReplication(hello).status).toBe(status);
  });
});

describe('doctor check: rights', () => {
  const allowing = (...actions: string[]): AuthInfo => ({
    authenticatedUsers: [{ user: 'hunter2', db: 'admin' }],
    authenticatedUserPrivileges: [{ resource: { db: 'chat', collection: '' }, actions }],
  });
  const writes = ['find', 'insert', 'update', 'remove', 'createIndex', 'createCollection'];
  const readWrite = [...writes, 'changeStream'];

  it.each<[string, AuthInfo | undefined, boolean, FindingStatus, string]>([
    ['a user who may write', allowing(...readWrite), true, 'ok', 'may do'],
    ['a user who may not follow changes', allowing(...writes), true, 'warn', 'changeStream on rocketchat_sessions; changeStream on users'], // prettier-ignore
    ['a user who may only read', allowing('find'), true, 'fail', 'update on users; insert, update on rocketchat_sessions'], // prettier-ignore
    ['a user without a role', allowing(), false, 'fail', 'find on rocketchat_permissions'],
    ['no access control in production', { authenticatedUsers: [] }, true, 'warn', 'access control is off'], // prettier-ignore
    ['no access control elsewhere', { authenticatedUsers: [] }, false, 'ok', 'access control is off'], // prettier-ignore
    ['a server that lists no privileges', { authenticatedUsers: [{}] }, true, 'skip', 'does not tell'], // prettier-ignore
    ['a server without the command', undefined, true, 'skip', 'does not tell'],
  ])('%s', (_case, authInfo, isProduction, status, words) => {
    const finding = assessRights('chat', authInfo, isProduction);
    expect(finding).toMatchObject({ status, found: expect.stringContaining(words) as string });
    expect(JSON.stringify(finding)).not.toContain('hunter2');
  });
});

describe('doctor check: clock', () => {
  it.each<[number, FindingStatus]>([
    [0, 'ok'],
    [2_000, 'ok'],
    [-2_001, 'warn'],
    [30_000, 'warn'],
    [30_001, 'fail'],
    [-30_001, 'fail'],
  ])('%i ms: %s', (skewMs, status) => {
    expect(assessClock(skewMs).status).toBe(status);
  });

  it('says which of the two is ahead', () => {
    expect(assessClock(-3000).found).toContain('3.0 s behind');
    expect(assessClock(3000).found).toContain('3.0 s ahead of');
  });
});

describe('doctor check: collections', () => {
  const all = ['users', 'rocketchat_sessions', 'rocketchat_permissions'];
  it.each<[string[], FindingStatus]>([
    [[...all, 'rocketchat_message'], 'ok'],
    [['users', 'rocketchat_sessions'], 'warn'],
    [['rocketchat_sessions'], 'fail'],
    [['ws_demo'], 'fail'],
  ])('%j: %s', (names, status) => {
    expect(assessCollections(names).status).toBe(status);
  });
});

describe('doctor check: indexes', () => {
  const index = (state: 'there' | 'missing' | 'other-options') => ({
    collection: 'users',
    wanted: { key: { username: 1 } } as const,
    state,
  });
  it.each<[('there' | 'missing' | 'other-options')[], FindingStatus]>([
    [['there', 'there'], 'ok'],
    [['there', 'other-options'], 'warn'],
    [['other-options', 'missing'], 'fail'],
  ])('%j: %s', (states, status) => {
    const finding = assessIndexes(states.map(index));
    expect(finding.status).toBe(status);
    if (status !== 'ok') expect(finding.found).toContain('users (username)');
  });
});

describe('doctor check: own-indexes', () => {
  it.each<[Record<string, boolean>, FindingStatus]>([
    [{ ws_second_factors: true }, 'ok'],
    [{ ws_second_factors: true, ws_code_mails: false }, 'fail'],
    [{}, 'warn'],
  ])('%j: %s', (hasExpiry, status) => {
    expect(assessOwnIndexes(new Map(Object.entries(hasExpiry))).status).toBe(status);
  });
});

describe('doctor check: permissions', () => {
  const facts = (changes: Partial<PermissionFacts> = {}): PermissionFacts[] => [
    { id: 'view-device-management', roles: ['admin'], holders: 2, withoutFactor: 0, ...changes },
    { id: 'logout-device-management', roles: ['admin'], holders: 2, withoutFactor: 0 },
    { id: 'edit-other-user-totp', roles: ['admin'], holders: 0, withoutFactor: 0 },
  ];
  it.each<[string, PermissionFacts[], FindingStatus, string]>([
    ['nothing wrong', facts(), 'ok', 'view-device-management: admin (2 active)'],
    ['no document', facts({ roles: undefined }), 'fail', 'no document'],
    ['no active holder', facts({ holders: 0 }), 'fail', '(roles: admin)'],
    ['no role', facts({ roles: [], holders: 0 }), 'fail', '(roles: none)'],
    ['a holder without a factor', facts({ withoutFactor: 1 }), 'warn', '1 of the holders'],
    [
      'a missing permission of less weight',
      [...facts(), { id: 'x', roles: undefined, holders: 0, withoutFactor: 0 }],
      'warn',
      'every user is denied: x',
    ],
  ])('%s', (_case, permissions, status, words) => {
    expect(assessPermissions(permissions)).toMatchObject({
      status,
      found: expect.stringContaining(words) as string,
    });
  });
});

describe('doctor check: totp-secrets', () => {
  const facts = {
    users: 9,
    sealed: 3,
    plain: 0,
    unreadable: 0,
    lostCodes: 0,
    hasKeys: true,
    isComplete: true,
  };
  it.each<[object, FindingStatus]>([
    [{}, 'ok'],
    [{ plain: 1 }, 'warn'],
    [{ plain: 1, hasKeys: false }, 'ok'],
    [{ unreadable: 1 }, 'fail'],
    [{ unreadable: 1, isComplete: false }, 'fail'],
    [{ lostCodes: 1 }, 'warn'],
    [{ isComplete: false }, 'warn'],
  ])('%j: %s', (changes, status) => {
    expect(assessSecrets({ ...facts, ...changes }).status).toBe(status);
  });
});

describe('doctor check: demo', () => {
  it.each<[Record<string, string>, number, FindingStatus]>([
    [PRODUCTION, 0, 'ok'],
    [PRODUCTION, 1, 'fail'],
    [{ MONGODB_URI: 'mongodb://db/chat' }, 1, 'warn'],
    [{}, 1, 'ok'],
  ])('%j with %i demo users: %s', (env, users, status) => {
    expect(assessDemo(loadConfiguration(env), users).status).toBe(status);
  });
});

describe('doctor check: session-index', () => {
  it.each<[FollowedChanges, FindingStatus, string]>([
    ['open', 'ok', ''],
    ['forbidden', 'warn', 'role readWrite'],
    ['unsupported', 'warn', 'replica set'],
  ])('%s: %s', (changes, status, advice) => {
    const finding = assessIndex(changes);
    expect(finding.status).toBe(status);
    expect(finding.advice ?? '').toContain(advice);
  });

  it('needs no changes where none are followed', () => {
    const reason = (env: Record<string, string>): string | undefined =>
      indexWithoutChanges(loadConfiguration(env));
    expect(reason({ MONGODB_URI: 'mongodb://db/chat' })).toBeUndefined();
    expect(reason({ MONGODB_URI: 'mongodb://db/chat', SESSION_INDEX: 'off' })).toContain('off');
    expect(reason({})).toContain('own writes');
  });
});

describe('doctor check: size', () => {
  it('says what the index needs, if there is one', () => {
    const found = (env: Record<string, string>): string =>
      assessSize(loadConfiguration(env), 50_000).found;
    expect(found({})).toBe('about 50,000 session documents, 150 MB of index at most');
    expect(found({ SESSION_INDEX: 'off' })).toBe('about 50,000 session documents');
  });

  it.each<[number, Record<string, string>, FindingStatus]>([
    [100_000, {}, 'ok'],
    [1_000_000, {}, 'warn'],
    [1_000_000, { REQUEST_TIMEOUT_MS: '20000' }, 'warn'],
    [1_000_000, { REQUEST_TIMEOUT_MS: '20000', DATABASE_TIMEOUT_MS: '20000' }, 'ok'],
  ])('%i documents with %j: %s', (sessions, env, status) => {
    expect(assessSize(loadConfiguration(env), sessions).status).toBe(status);
  });
});
