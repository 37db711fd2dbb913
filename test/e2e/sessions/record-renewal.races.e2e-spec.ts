import { getModelToken } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { TestApp } from '../../support/app';
import { AuditEvent } from '../../support/audit-scene';
import { HttpAnswer } from '../../support/http';
import { ENV, RenewalScene, SessionDocument } from '../../support/renewal-scene';
import { TestUser } from '../../support/workspace';

const DAY_MS = 24 * 60 * 60 * 1000;

describe('the session document of a login that is revoked while in use', () => {
  let app: TestApp;
  let scene: RenewalScene;
  let other: TestApp;
  let admin: TestUser;

  beforeAll(async () => {
    scene = await RenewalScene.start();
    ({ app } = scene);
    other = await app.another(ENV);
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  beforeEach(async () => {
    await scene.sessions().deleteMany({});
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await other.close();
    await app.close();
  });

  const liveOf = async (user: TestUser): Promise<SessionDocument[]> =>
    (await scene.sessionsOf(user)).filter(({ logoutAt }) => logoutAt === undefined);
  /** Revokes without using the token, which would make the other process renew its document as well. */
  const revoke = ({ id }: TestUser): Promise<HttpAnswer> =>
    other.call('/api/v1/users.resetTOTP', {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ userId: id }),
    });
  const logout = ({ headers }: TestUser): Promise<HttpAnswer> =>
    other.call('/api/v1/logout', { method: 'POST', headers });
  const settled = async (): Promise<void> => {
    await Promise.all([app.settled(), other.settled()]);
  };
  /** The collection on which the renewal works; the login may end at each of its statements. */
  const collectionOf = (): jest.Mocked<mongo.Collection> =>
    app.partOf<Model<unknown>>(getModelToken('Session')).collection as never;

  it.each<[string, 'findOneAndUpdate' | 'findOne' | 'updateOne', 'before' | 'after', boolean]>([
    ['before its document is renewed', 'findOneAndUpdate', 'before', true],
    ['after its document has been renewed', 'findOneAndUpdate', 'after', true],
    ['before its missing document is looked for', 'findOneAndUpdate', 'before', false],
    ['before it is known to be missing', 'findOne', 'before', false],
    ['before its document is created', 'updateOne', 'before', false],
    ['after its document has been created', 'updateOne', 'after', false],
  ])(
    'is not live when another process revokes the login %s',
    async (_case, statement, when, stored) => {
      const user = await scene.userLoggedIn(60);
      if (stored) await scene.createSession(user, 50);
      const collection = collectionOf();
      const execute = collection[statement].bind(collection) as (...args: unknown[]) => unknown;
      let revoked: HttpAnswer | undefined;
      jest.spyOn(collection, statement).mockImplementationOnce(async (...args: unknown[]) => {
        if (when === 'before') revoked = await revoke(user);
        const result = await execute(...args);
        if (when === 'after') revoked = await revoke(user);
        return result;
      });
      expect((await scene.use(user)).status).toBe(200);
      expect(revoked?.status).toBe(200);
      await settled();
      expect(await liveOf(user)).toEqual([]);
      expect((await scene.use(user)).status).toBe(401);
      expect(await liveOf(user)).toEqual([]);
    },
  );

  it('ends by nobody and from nowhere when another program removes the token', async () => {
    const user = await scene.userLoggedIn(60);
    const { db } = app.workspace;
    const collection = collectionOf();
    const create = collection.updateOne.bind(collection) as (...args: unknown[]) => unknown;
    jest.spyOn(collection, 'updateOne').mockImplementationOnce(async (...args: unknown[]) => {
      const users = db.collection<{ _id: string }>('users');
      await users.updateOne({ _id: user.id }, { $set: { 'services.resume.loginTokens': [] } });
      return create(...args) as never;
    });
    await scene.use(user);
    await settled();
    expect(await liveOf(user)).toEqual([]);
    const ended = await db.collection('ws_session_endings').findOne({ userId: user.id });
    expect(ended).toMatchObject({ reason: 'workspace' });
    expect(ended).not.toHaveProperty('endedBy');
    const records = db.collection<AuditEvent>('ws_audit');
    const record = await records.findOne({ keys: `userId:${user.id}` });
    expect(record?.actor).toEqual({ type: 'user' });
    expect(record?.data).toContainEqual({ key: 'reason', value: 'workspace' });
  });

  it('is not live when the login is revoked at a random moment', async () => {
    const users = await Promise.all(Array.from({ length: 12 }, () => scene.userLoggedIn(60)));
    await Promise.all(
      users.map(async (user, n) => {
        if (n % 2 === 0) await scene.createSession(user, 50);
        await Promise.all([scene.use(user), logout(user)]);
      }),
    );
    await settled();
    for (const user of users) expect(await liveOf(user)).toEqual([]);
  });
});

describe('the renewal of session documents when the service closes', () => {
  it('finishes the running renewals and drops the rest', async () => {
    const app = await TestApp.start();
    const other = await app.another();
    const loggedInAt = new Date(app.clock.now().getTime() - 60 * DAY_MS);
    const users = await Promise.all(
      Array.from({ length: 20 }, () => app.workspace.createUser({ totp: false, loggedInAt })),
    );
    await Promise.all(users.map(({ headers }) => other.call('/api/v1/me', { headers })));
    await other.close();
    expect(other.log.lines.filter((line) => line.includes('failed'))).toEqual([]);
    const { db } = app.workspace;
    const renewed = await db.collection('rocketchat_sessions').countDocuments();
    expect(renewed).toBeGreaterThan(0);
    await app.close();
  });
});
