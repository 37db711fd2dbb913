import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { invalidParameters, NOT_LOGGED_IN, SESSION_NOT_FOUND } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

interface StoredSession {
  sessionId?: string;
  logoutAt?: Date;
  logoutBy?: string;
}

describe.each(['logout', 'logout.me'] as const)('POST /api/v1/sessions/%s', (route) => {
  let app: TestApp;
  let caller: TestUser;
  /** Whose session is ended: the caller's own on logout.me. */
  let victim: TestUser;

  const end = (body: unknown, by: TestUser = caller): Promise<HttpAnswer> =>
    app.call(`/api/v1/sessions/${route}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });

  const me = (user: TestUser): Promise<HttpAnswer> =>
    app.call('/api/v1/sessions/list', { headers: user.headers });

  const createSession = async (fields: Record<string, unknown> = {}): Promise<string> => {
    const document = await app.workspace.createSession({
      userId: victim.id,
      loginToken: hashLoginToken(victim.token),
      ...fields,
    });
    return String(document.sessionId);
  };

  const documentsOf = (user: TestUser): Promise<StoredSession[]> =>
    app.workspace.db
      .collection('rocketchat_sessions')
      .find<StoredSession>({ loginToken: hashLoginToken(user.token) })
      .toArray();

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    caller = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
    victim =
      route === 'logout.me'
        ? await app.workspace.addLogin(caller)
        : await app.workspace.createUser({ roles: ['user'] });
  });
  afterAll(() => app.close());

  it('ends the session before it answers: the token works no more', async () => {
    const sessionId = await createSession();
    expect((await me(victim)).status).toBe(200);
    expect((await end({ sessionId })).text).toBe(JSON.stringify({ sessionId, success: true }));
    expect(await me(victim)).toMatchObject(NOT_LOGGED_IN);
    expect((await me(caller)).status).toBe(200);
  });

  it('stamps every open document of the token, and no other', async () => {
    const sessionId = await createSession();
    await createSession();
    await createSession({ sessionId: undefined });
    const before = new Date(Date.UTC(2024, 0, 1));
    const over = await createSession({ logoutAt: before, logoutBy: 'before' });
    const another = await app.workspace.addLogin(victim);
    await createSession({ loginToken: hashLoginToken(another.token) });
    await end({ sessionId });

    const documents = await documentsOf(victim);
    expect(documents).toHaveLength(4);
    for (const { sessionId: id, logoutAt, logoutBy } of documents) {
      const expected = id === over ? [before, 'before'] : [app.clock.now(), caller.id];
      expect([logoutAt, logoutBy]).toEqual(expected);
    }
    expect((await documentsOf(another))[0]?.logoutAt).toBeUndefined();
    expect((await me(another)).status).toBe(200);
  });

  if (route === 'logout') {
    it('ends a session whose document names no owner', async () => {
      const sessionId = await createSession({ userId: undefined });
      expect((await end({ sessionId })).status).toBe(200);
      expect(await me(victim)).toMatchObject(NOT_LOGGED_IN);
      expect((await documentsOf(victim)).map(({ logoutBy }) => logoutBy)).toEqual([caller.id]);
    });
  }

  it('is harmless when repeated', async () => {
    const sessionId = await createSession();
    const first = await end({ sessionId });
    app.clock.advance({ seconds: 3600 });
    const stamped = await documentsOf(victim);
    const second = await end({ sessionId });
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(await documentsOf(victim)).toEqual(stamped);
  });

  it('finishes what a crash between its two steps has left', async () => {
    const sessionId = await createSession();
    await app.workspace.db
      .collection<{ _id: string; services: { resume: { loginTokens: object[] } } }>('users')
      .updateOne(
        { _id: victim.id },
        {
          $pull: {
            'services.resume.loginTokens': { hashedToken: hashLoginToken(victim.token) },
          },
        },
      );
    expect((await end({ sessionId })).status).toBe(200);
    expect((await documentsOf(victim)).map(({ logoutBy }) => logoutBy)).toEqual([caller.id]);
  });

  it('answers all who end the same session at once, and one name stands', async () => {
    const sessionIds: string[] = [];
    for (let n = 0; n < 5; n++) sessionIds.push(await createSession());
    const callers = [caller];
    while (callers.length < 4) {
      callers.push(
        route === 'logout.me'
          ? caller
          : await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } }),
      );
    }
    const answers = await Promise.all(
      callers.map((by, n) => end({ sessionId: sessionIds[n] }, by)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const names = (await documentsOf(victim)).map(({ logoutBy }) => logoutBy);
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(1);
  });

  it.each([
    ['unknown', () => newId()],
    ['empty', () => ''],
    ['a pattern', () => '.*'],
    ['a lone surrogate', () => '\ud800'],
    ['with a NUL', () => 'a\0b'],
    ['10,000 characters', () => 'x'.repeat(10_000)],
  ])('answers 404 when the id is %s', async (_case, sessionId) => {
    await createSession({ sessionId: '\ufffd' });
    expect(await end({ sessionId: sessionId() })).toMatchObject(SESSION_NOT_FOUND);
    expect((await me(victim)).status).toBe(200);
  });

  it.each<[string, Record<string, unknown>]>([
    ['has no login token', { loginToken: undefined }],
    ['has an empty login token', { loginToken: '' }],
  ])('answers 404 when the session %s', async (_case, fields) => {
    expect(await end({ sessionId: await createSession(fields) })).toMatchObject(SESSION_NOT_FOUND);
  });

  it.each<[unknown, string]>([
    [{}, "must have required property 'sessionId'"],
    [{ sessionId: { $ne: '' } }, 'must be string'],
    [{ sessionId: ['a'] }, 'must be string'],
    [{ sessionId: 7 }, 'must be string'],
    [{ sessionId: null }, 'must be string'],
    [{ sessionId: 'a', userId: 'b' }, 'must NOT have additional properties'],
    [[], 'must be object'],
    ['"text"', 'must be object'],
  ])('answers 400 to the body %j', async (body, message) => {
    expect(await end(body)).toMatchObject(invalidParameters(message));
  });

  it.each(['{', '{"sessionId":"a"', '', 'sessionId=a', '{"__proto__":{"sessionId":"a"}}'])(
    'answers 400 to the body %j, which is not JSON or poisoned',
    async (body) => {
      const answer = await end(body);
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({ success: false });
    },
  );

  it('asks who is asking before it looks at a body that cannot be read', async () => {
    for (const type of ['application/json', 'application/xml']) {
      const answer = await app.call(`/api/v1/sessions/${route}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body: '{',
      });
      expect(answer).toMatchObject(NOT_LOGGED_IN);
    }
  });

  it('answers 400 to a form: bodies are JSON', async () => {
    const sessionId = await createSession();
    const answer = await app.call(`/api/v1/sessions/${route}`, {
      method: 'POST',
      headers: { ...caller.headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: `sessionId=${sessionId}`,
    });
    expect(answer).toMatchObject({ status: 400, text: '{"success":false,"error":"Bad Request"}' });
    expect((await me(victim)).status).toBe(200);
  });

  it('answers 413 to a body of megabytes, and survives one of a thousand levels', async () => {
    expect((await end({ sessionId: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect((await end(`{"sessionId":${'['.repeat(1000)}${']'.repeat(1000)}}`)).status).toBe(400);
  });
});

describe('POST /api/v1/sessions/logout.me', () => {
  it("answers 404 to somebody else's session and leaves it alone, even for an administrator", async () => {
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
