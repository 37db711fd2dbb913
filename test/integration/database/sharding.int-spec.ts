import { hashLoginToken } from '../../../src/auth/login-token';
import { LiveSessionCounter } from '../../../src/session-index/live-session.counter';
import { SessionLifecycle } from '../../../src/session-lifecycle/session-lifecycle.service';
import { WORKSPACE_INDEXES } from '../../../src/workspace-data/workspace-indexes';
import { TestApp } from '../../support/app';
import { IndexScene } from '../../support/index-scene';
import { callRoute, PROTECTED_ROUTES } from '../../support/protected-routes';
import {
  describeLookup,
  isTargeted,
  Lookup,
  lookupsOf,
  lookupsUnder,
  shardKeys,
} from '../../support/shard-keys';

const PASSWORD = 'correct horse';
const DAYS = 24 * 60 * 60;

describe('docs/scaling.md', () => {
  const keys = shardKeys();
  let app: TestApp;
  let scene: IndexScene;
  let lookups: Lookup[];

  const serveEveryRoute = async (): Promise<void> => {
    for (const route of PROTECTED_ROUTES) {
      const user = await app.workspace.createUser(route.serves);
      const { token } = await app.workspace.addLogin(user);
      const loginToken = hashLoginToken(token);
      const { sessionId } = await app.workspace.createSession({ userId: user.id, loginToken });
      const other = await app.workspace.createUser();
      const CODE = user.codeAt(app.clock.now());
      const given = { ID: String(sessionId), CODE, OTHER_USER: other.id };
      await callRoute(app, route, given, { ...user.headers, 'x-2fa-code': CODE });
    }
    await app.settled();
  };

  const signIn = async (): Promise<void> => {
    const user = await app.workspace.createUser({ password: PASSWORD });
    const body = { user: `user-${user.id}`, password: PASSWORD };
    await app.infoAdmin('any', { ...user.headers, 'x-2fa-code': 'wrong' });
    expect((await app.login({ ...body, password: 'wrong' })).status).toBe(401);
    const answer = await app.login({ ...body, code: user.codeAt(app.clock.now()) });
    expect(answer.status).toBe(200);
    const { userId, authToken } = (answer.body as { data: Record<string, string> }).data;
    // The record of a login is renewed once a day.
    app.clock.advance({ seconds: 2 * DAYS });
    const headers = { 'x-user-id': String(userId), 'x-auth-token': String(authToken) };
    expect((await app.call('/api/v1/me', { headers })).status).toBe(200);
    await app.settled();
    // It is written anew if the workspace has removed it.
    app.clock.advance({ seconds: 2 * DAYS });
    await scene.db.collection('rocketchat_sessions').deleteMany({ userId });
    expect((await app.call('/api/v1/me', { headers })).status).toBe(200);
    await app.settled();
  };

  const look = async (): Promise<void> => {
    const { headers, id } = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
      roles: ['admin', 'auditor'],
    });
    const wanted = [
      'sessions/list.all',
      'sessions/list.all?filter=abc',
      'sessions/list.all?filter=ab',
      'sessions/list.all?sort={"device.name":1}',
      'sessions/list.all?sort={"device.name":1,"loginAt":-1}',
      `sessions/history?userId=${id}`,
      `sessions/history?endedBy=${id}`,
      'sessions/history?reason=admin',
      'audit.sessions?cursor=',
      `audit.sessions?userId=${id}`,
      `audit.sessions?actor=${id}&t=login`,
      'users.sessions?username=nobody',
    ];
    for (const path of wanted) {
      const { status } = await app.call(`/api/v1/${path}`, { headers });
      expect([path, status]).toEqual([path, path.endsWith('nobody') ? 400 : 200]);
    }
    await app.settled();
  };

  const keepTheIndex = async (): Promise<void> => {
    await scene.projector.projectChanged({
      tokens: ['t'],
      owners: ['u'],
      documents: ['d'],
      removed: ['d'],
    });
    await scene.rows.findClaimed(10);
    await app.app.get(LiveSessionCounter, { strict: false }).count();
    await app.app.get(SessionLifecycle, { strict: false }).completePending();
  };

  beforeAll(async () => {
    app = await TestApp.start({ SMTP_URL: 'smtp://127.0.0.1:9' });
    scene = new IndexScene(app);
    const commands = await app.commandsDuring(async () => {
      await serveEveryRoute();
      await look();
      await scene.use();
      await signIn();
      await look();
      await keepTheIndex();
    });
    lookups = commands
      .filter(({ commandName }) => !['createIndexes', 'getMore'].includes(commandName))
      .flatMap(lookupsOf);
  });
  afterAll(() => app.close());

  it('has a shard key for every collection that the service uses, or says that it has none', () => {
    const used = new Set(lookups.map(({ collection }) => collection));
    expect([...used].filter((name) => !keys.has(name))).toEqual([]);
  });

  it('names every lookup that has to ask all shards, and no other', () => {
    const scattered = lookups.filter(
      (lookup) => !lookup.isSingleWrite && !isTargeted(lookup, keys.get(lookup.collection)),
    );
    expect([...new Set(scattered.map(describeLookup))].sort()).toEqual(
      lookupsUnder('What asks every shard').sort(),
    );
  });

  it('names every write to one document that a router could not find', () => {
    const writes = lookups.filter(({ isSingleWrite }) => isSingleWrite);
    expect(writes.length).toBeGreaterThan(50);
    const lost = writes.filter((lookup) => !isTargeted(lookup, keys.get(lookup.collection)));
    expect([...new Set(lost.map(describeLookup))].sort()).toEqual(
      lookupsUnder('Writes to one document that do not name the key').sort(),
    );
  });

  it('has keys that every unique index of a sharded collection begins with', async () => {
    const broken: string[] = [];
    for (const [name, key] of keys) {
      if (key === undefined) continue;
      const created = await app.workspace.db.collection(name).indexes();
      const unique = created.filter((index) => index.unique === true);
      if (unique.some((index) => firstField(index.key) !== key)) broken.push(name);
    }
    expect(broken).toEqual([]);
  });

  it('has a key for the sessions of a workspace that one of its own indexes begins with', () => {
    const suitable = WORKSPACE_INDEXES.rocketchat_sessions?.filter(
      (index) => index.partialFilterExpression === undefined && index.sparse !== true,
    );
    const first = suitable?.map((index) => firstField(index.key));
    expect(first).toContain(keys.get('rocketchat_sessions'));
  });

  it('leaves on one shard what has unique indexes with nothing in common', () => {
    const unique = WORKSPACE_INDEXES.users?.filter((index) => index.unique === true);
    expect(new Set(unique?.map((index) => firstField(index.key))).size).toBeGreaterThan(1);
    expect(keys.get('users')).toBeUndefined();
  });
});

function firstField(key: object | undefined): string | undefined {
  return Object.keys(key ?? {})[0];
}
