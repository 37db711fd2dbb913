import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from './app';
import { invalidParameters, NOT_LOGGED_IN, SESSION_NOT_FOUND } from './expectations';
import { HttpAnswer } from './http';
import { newId, TestUser } from './workspace';

interface StoredSession {
  sessionId?: string;
  logoutAt?: Date;
  logoutBy?: string;
}

/**
 * Declares the tests of what `sessions/logout` and `sessions/logout.me` have in common.
 *
 * @param route behind `/api/v1/sessions/`
 */
export function describeSessionLogout(route: 'logout' | 'logout.me'): void {
  describe(`POST /api/v1/sessions/${route}`, () => {
    let app: TestApp;
    let caller: TestUser;
    /** The user whose session is revoked: on logout.me the caller. */
    let owner: TestUser;

    const revoke = (body: unknown, by: TestUser = caller): Promise<HttpAnswer> =>
      app.call(`/api/v1/sessions/${route}`, {
        method: 'POST',
        headers: { ...by.headers, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });

    const listAs = (user: TestUser): Promise<HttpAnswer> =>
      app.call('/api/v1/sessions/list', { headers: user.headers });

    const createSession = async (fields: Record<string, unknown> = {}): Promise<string> => {
      const document = await app.workspace.createSession({
        userId: owner.id,
        loginToken: hashLoginToken(owner.token),
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
      owner =
        route === 'logout.me'
          ? await app.workspace.addLogin(caller)
          : await app.workspace.createUser({ roles: ['user'] });
    });
    afterAll(() => app.close());

    it('revokes the session and its token before it answers', async () => {
      const sessionId = await createSession();
      expect((await listAs(owner)).status).toBe(200);
      expect((await revoke({ sessionId })).text).toBe(JSON.stringify({ sessionId, success: true }));
      expect(await listAs(owner)).toMatchObject(NOT_LOGGED_IN);
      expect((await listAs(caller)).status).toBe(200);
    });

    it('stamps every open document of the token and no other', async () => {
      const sessionId = await createSession();
      await createSession();
      await createSession({ sessionId: undefined });
      const before = new Date(Date.UTC(2024, 0, 1));
      const ended = await createSession({ logoutAt: before, logoutBy: 'before' });
      const another = await app.workspace.addLogin(owner);
      await createSession({ loginToken: hashLoginToken(another.token) });
      await revoke({ sessionId });

      const documents = await documentsOf(owner);
      expect(documents).toHaveLength(4);
      for (const { sessionId: id, logoutAt, logoutBy } of documents) {
        const expected = id === ended ? [before, 'before'] : [app.clock.now(), caller.id];
        expect([logoutAt, logoutBy]).toEqual(expected);
      }
      expect((await documentsOf(another))[0]?.logoutAt).toBeUndefined();
      expect((await listAs(another)).status).toBe(200);
    });

    if (route === 'logout') {
      it('revokes a session whose document names no owner', async () => {
        const sessionId = await createSession({ userId: undefined });
        expect((await revoke({ sessionId })).status).toBe(200);
        expect(await listAs(owner)).toMatchObject(NOT_LOGGED_IN);
        expect((await documentsOf(owner)).map(({ logoutBy }) => logoutBy)).toEqual([caller.id]);
      });
    }

    it('answers 200 to a repeated request and changes nothing', async () => {
      const sessionId = await createSession();
      const first = await revoke({ sessionId });
      app.clock.advance({ seconds: 3600 });
      const stamped = await documentsOf(owner);
      const second = await revoke({ sessionId });
      expect([second.status, second.text]).toEqual([200, first.text]);
      expect(await documentsOf(owner)).toEqual(stamped);
    });

    it('completes a revocation that a crash interrupted after the token was removed', async () => {
      const sessionId = await createSession();
      await app.workspace.db
        .collection<{ _id: string; services: { resume: { loginTokens: object[] } } }>('users')
        .updateOne(
          { _id: owner.id },
          {
            $pull: {
              'services.resume.loginTokens': { hashedToken: hashLoginToken(owner.token) },
            },
          },
        );
      expect((await revoke({ sessionId })).status).toBe(200);
      expect((await documentsOf(owner)).map(({ logoutBy }) => logoutBy)).toEqual([caller.id]);
    });

    it('answers 200 to parallel requests for one session and stamps it with a single caller', async () => {
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
        callers.map((by, n) => revoke({ sessionId: sessionIds[n] }, by)),
      );
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const names = (await documentsOf(owner)).map(({ logoutBy }) => logoutBy);
      expect(names).toHaveLength(5);
      expect(new Set(names).size).toBe(1);
    });

    it.each([
      ['unknown', () => newId()],
      ['empty', () => ''],
      ['a pattern', () => '.*'],
      ['a lone surrogate', () => '\ud800'],
      ['a text with a NUL', () => 'a\0b'],
      ['10,000 characters', () => 'x'.repeat(10_000)],
    ])('answers 404 when sessionId is %s', async (_case, sessionId) => {
      await createSession({ sessionId: '\ufffd' });
      expect(await revoke({ sessionId: sessionId() })).toMatchObject(SESSION_NOT_FOUND);
      expect((await listAs(owner)).status).toBe(200);
    });

    it.each<[string, Record<string, unknown>]>([
      ['has no login token', { loginToken: undefined }],
      ['has an empty login token', { loginToken: '' }],
    ])('answers 404 when the session %s', async (_case, fields) => {
      expect(await revoke({ sessionId: await createSession(fields) })).toMatchObject(
        SESSION_NOT_FOUND,
      );
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
      expect(await revoke(body)).toMatchObject(invalidParameters(message));
    });

    it.each(['{', '{"sessionId":"a"', '', 'sessionId=a', '{"__proto__":{"sessionId":"a"}}'])(
      'answers 400 to the malformed body %j',
      async (body) => {
        const answer = await revoke(body);
        expect(answer.status).toBe(400);
        expect(answer.body).toMatchObject({ success: false });
      },
    );

    it('answers 401 before it parses the body', async () => {
      for (const type of ['application/json', 'application/xml']) {
        const answer = await app.call(`/api/v1/sessions/${route}`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: '{',
        });
        expect(answer).toMatchObject(NOT_LOGGED_IN);
      }
    });

    it('answers 400 to a form-encoded body', async () => {
      const sessionId = await createSession();
      const answer = await app.call(`/api/v1/sessions/${route}`, {
        method: 'POST',
        headers: { ...caller.headers, 'content-type': 'application/x-www-form-urlencoded' },
        body: `sessionId=${sessionId}`,
      });
      expect(answer).toMatchObject({
        status: 400,
        text: '{"success":false,"error":"Bad Request"}',
      });
      expect((await listAs(owner)).status).toBe(200);
    });

    it('answers 413 to a body of 2 MB and 400 to one nested 1,000 levels deep', async () => {
      expect((await revoke({ sessionId: 'x'.repeat(2_000_000) })).status).toBe(413);
      expect((await revoke(`{"sessionId":${'['.repeat(1000)}${']'.repeat(1000)}}`)).status).toBe(
        400,
      );
    });
  });
}
