import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { invalidParameters, SESSION_NOT_FOUND } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

describe('GET /api/v1/sessions/info', () => {
  let app: TestApp;
  let user: TestUser;

  const info = (sessionId: string): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/info?sessionId=${encodeURIComponent(sessionId)}`, {
      headers: user.headers,
    });

  beforeAll(async () => {
    app = await TestApp.start();
    user = await app.workspace.createUser({ roles: [] });
  });
  afterAll(() => app.close());

  it("answers the caller's own document as stored, without the token hash", async () => {
    const document = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
    });
    const answer = await info(String(document.sessionId));
    expect(answer.text).toBe(JSON.stringify({ ...document, loginToken: undefined, success: true }));
  });

  it('answers the newest of several documents, live or not', async () => {
    const sessionId = newId();
    const userId = user.id;
    const at = (n: number): Date => new Date(Date.UTC(2024, 0, n));
    await app.workspace.createSession({ sessionId, userId, loginAt: at(1), ip: '192.0.2.1' });
    await app.workspace.createSession({
      sessionId,
      userId,
      loginAt: at(2),
      ip: '192.0.2.2',
      logoutAt: at(3),
    });
    expect((await info(sessionId)).body).toMatchObject({
      ip: '192.0.2.2',
      logoutAt: at(3).toJSON(),
    });
  });

  it("answers 404 to another user's session, even for an administrator", async () => {
    const admin = await app.workspace.createUser();
    const { sessionId } = await app.workspace.createSession();
    const path = `/api/v1/sessions/info?sessionId=${String(sessionId)}`;
    expect(await app.call(path, { headers: admin.headers })).toMatchObject(SESSION_NOT_FOUND);
  });

  it.each(['', 'nobody', '.', '\0', '$ne'])(
    'answers 404 when sessionId is %j',
    async (sessionId) => {
      await app.workspace.createSession({ userId: user.id, sessionId: '' });
      expect(await info(sessionId)).toMatchObject(SESSION_NOT_FOUND);
    },
  );

  it('answers 400 without sessionId', async () => {
    const answer = await app.call('/api/v1/sessions/info', { headers: user.headers });
    expect(answer).toMatchObject(invalidParameters("must have required property 'sessionId'"));
  });
});
