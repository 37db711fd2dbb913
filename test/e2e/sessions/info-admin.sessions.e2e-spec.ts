import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { SESSION_NOT_FOUND } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

describe('GET /api/v1/sessions/info.admin: sessions', () => {
  let app: TestApp;
  let admin: TestUser;

  const ask = (sessionId: unknown): Promise<HttpAnswer> =>
    app.infoAdminAs(admin, String(sessionId));

  beforeAll(async () => {
    app = await TestApp.start();
    admin = await app.workspace.createUser();
  });

  afterAll(() => app.close());

  describe('live sessions', () => {
    it.each<[string, Record<string, unknown>]>([
      ['has been logged out', { logoutAt: new Date(0) }],
      ['has no login token', { loginToken: undefined }],
      ['has an empty login token', { loginToken: '' }],
      ['has a login token of null', { loginToken: null }],
    ])('answers 404 when the session %s', async (_case, fields) => {
      const { sessionId } = await app.workspace.createSession(fields);
      expect(await ask(sessionId)).toMatchObject(SESSION_NOT_FOUND);
    });

    it('answers a session whose connection is closed, because its token is still valid', async () => {
      const { sessionId } = await app.workspace.createSession({ closedAt: new Date(0) });
      expect(await ask(sessionId)).toMatchObject({ status: 200 });
    });

    it('answers the newest of several documents', async () => {
      const sessionId = newId();
      const at = (day: number): Date => new Date(Date.UTC(2024, 0, day));
      await app.workspace.createSession({ sessionId, loginAt: at(2), ip: '192.0.2.2' });
      await app.workspace.createSession({ sessionId, loginAt: at(3), ip: '192.0.2.3' });
      await app.workspace.createSession({ sessionId, loginAt: at(1), ip: '192.0.2.1' });
      expect((await ask(sessionId)).body).toMatchObject({ ip: '192.0.2.3' });
    });

    it('skips newer documents that are not live', async () => {
      const sessionId = newId();
      const at = (day: number): Date => new Date(Date.UTC(2024, 0, day));
      await app.workspace.createSession({ sessionId, loginAt: at(1), ip: '192.0.2.1' });
      await app.workspace.createSession({ sessionId, loginAt: at(2), logoutAt: at(3) });
      expect((await ask(sessionId)).body).toMatchObject({ ip: '192.0.2.1' });
    });
  });

  describe('incomplete documents', () => {
    it('answers null for a missing device and host', async () => {
      const { sessionId, userId, ip, loginAt } = await app.workspace.createSession({
        device: undefined,
        host: undefined,
      });
      expect((await ask(sessionId)).text).toBe(
        JSON.stringify({
          sessionId,
          userId,
          device: null,
          host: null,
          ip,
          loginAt,
          _id: sessionId,
          success: true,
        }),
      );
    });

    it('answers the known fields of a device in the published order', async () => {
      const device = { version: '1', os: { version: '2' }, name: 'N', surprise: true };
      const { sessionId } = await app.workspace.createSession({ device });
      const { body } = await ask(sessionId);
      expect(JSON.stringify((body as { device: unknown }).device)).toBe(
        '{"name":"N","os":{"version":"2"},"version":"1"}',
      );
    });

    it.each(['text', 7, true, []])('answers null for a device of %p', async (device) => {
      const { sessionId } = await app.workspace.createSession({ device });
      const answer = await ask(sessionId);
      expect(answer.status).toBe(200);
      expect((answer.body as { device: unknown }).device).toBeNull();
    });

    it('omits the owner when the user has been deleted', async () => {
      const { sessionId } = await app.workspace.createSession();
      expect(Object.keys((await ask(sessionId)).body as object)).not.toContain('_user');
    });

    it('omits the owner when the document names none', async () => {
      const { sessionId } = await app.workspace.createSession({ userId: undefined });
      const { status, body } = await ask(sessionId);
      expect(status).toBe(200);
      expect(Object.keys(body as object)).toEqual([
        'sessionId',
        'device',
        'host',
        'ip',
        'loginAt',
        '_id',
        'success',
      ]);
    });
  });

  it('answers the four published fields of the owner in order, and no other', async () => {
    const owner = await app.workspace.createUser({
      fields: { avatarOrigin: 'upload', avatarETag: 'e7', username: newId(), name: 'Name' },
    });
    const { sessionId } = await app.workspace.createSession({ userId: owner.id });
    const { _user } = (await ask(sessionId)).body as { _user: object };
    expect(Object.keys(_user)).toEqual(['name', 'username', 'avatarETag', 'avatarOrigin']);
  });

  it('answers neither the token hash nor the TOTP secret of the owner', async () => {
    const owner = await app.workspace.createUser();
    const loginToken = hashLoginToken(owner.token);
    const { sessionId } = await app.workspace.createSession({ userId: owner.id, loginToken });
    const { status, text } = await ask(sessionId);
    expect(status).toBe(200);
    expect(text).not.toContain(loginToken);
    expect(text).not.toContain(owner.secret);
  });
});
