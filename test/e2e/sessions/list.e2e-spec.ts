import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { describeSessionList, page } from '../../support/session-list.behaviour';
import { newId } from '../../support/workspace';

describeSessionList('list');

describe('GET /api/v1/sessions/list', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it("lists the caller's own sessions and marks the current one", async () => {
    const user = await app.workspace.createUser({ roles: [] });
    const current = await app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
      loginAt: new Date(2),
    });
    const other = await app.workspace.createSession({ userId: user.id, loginAt: new Date(1) });
    await app.workspace.createSession();
    const { sessions } = page(await app.call('/api/v1/sessions/list', { headers: user.headers }));
    expect(sessions.map((row) => [row.sessionId, row.current])).toEqual([
      [current.sessionId, true],
      [other.sessionId, false],
    ]);
  });

  it('does not filter by the names of the owner, which it does not answer', async () => {
    const user = await app.workspace.createUser({ fields: { name: 'Zebedee', username: newId() } });
    await app.workspace.createSession({ userId: user.id });
    const path = '/api/v1/sessions/list?filter=zebedee';
    expect(page(await app.call(path, { headers: user.headers })).total).toBe(0);
  });
});
