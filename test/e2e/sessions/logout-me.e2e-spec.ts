import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { SESSION_NOT_FOUND } from '../../support/expectations';
import { describeSessionLogout } from '../../support/session-logout.behaviour';

describeSessionLogout('logout.me');

describe('POST /api/v1/sessions/logout.me', () => {
  it("answers 404 to another user's session, even for an administrator, and does not revoke it", async () => {
    const app = await TestApp.start();
    const other = await app.workspace.createUser();
    const { sessionId } = await app.workspace.createSession({
      userId: other.id,
      loginToken: hashLoginToken(other.token),
    });
    const admin = await app.workspace.createUser();
    const answer = await app.call('/api/v1/sessions/logout.me', {
      method: 'POST',
      headers: { ...admin.headers, 'content-type': 'application/json' },
      body: JSON.stringify({ sessionId }),
    });
    expect(answer).toMatchObject(SESSION_NOT_FOUND);
    const own = await app.call('/api/v1/sessions/list', { headers: other.headers });
    expect(own.status).toBe(200);
    await app.close();
  });
});
