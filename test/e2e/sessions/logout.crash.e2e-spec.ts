import { getModelToken } from '@nestjs/mongoose';
import { Model } from 'mongoose';
import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { NOT_LOGGED_IN } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { newId, TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse battery staple';
const INTERNAL_ERROR = {
  status: 500,
  text: '{"success":false,"error":"Internal server error"}',
};

interface StoredSession {
  userId: string;
  logoutAt?: Date;
  logoutBy?: string;
}

const powerCut = (): never => {
  throw new Error('power cut');
};

describe('requests that fail halfway', () => {
  let app: TestApp;
  let admin: TestUser;

  const model = (name: string): Model<object> => app.partOf<Model<object>>(getModelToken(name));

  const post = (path: string, by: TestUser, body: object = {}): Promise<HttpAnswer> =>
    app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  const me = (user: TestUser): Promise<HttpAnswer> =>
    app.call('/api/v1/me', { headers: user.headers });

  const documentsOf = (user: TestUser): Promise<StoredSession[]> =>
    app.workspace.db
      .collection('rocketchat_sessions')
      .find<StoredSession>({ userId: user.id })
      .toArray();

  /** The ids of the user's live sessions, as an administrator sees them. */
  const listed = async (user: TestUser): Promise<string[]> => {
    const path = `/api/v1/sessions/list.all?filter=${user.id}`;
    const { status, body } = await app.call(path, { headers: admin.headers });
    expect(status).toBe(200);
    return (body as { sessions: { sessionId: string }[] }).sessions.map((row) => row.sessionId);
  };

  /** Creates a session of two documents, so that more than one must be stamped. */
  const createSession = async (user: TestUser): Promise<string> => {
    const fields = { userId: user.id, loginToken: hashLoginToken(user.token) };
    const { sessionId } = await app.workspace.createSession(fields);
    await app.workspace.createSession({ ...fields, sessionId });
    return String(sessionId);
  };

  const expectOpen = async (user: TestUser): Promise<void> => {
    const documents = await documentsOf(user);
    expect(documents.map(({ logoutAt, logoutBy }) => [logoutAt, logoutBy])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ]);
  };

  const expectStamped = async (user: TestUser, by: TestUser): Promise<void> => {
    const documents = await documentsOf(user);
    expect(documents.map(({ logoutAt, logoutBy }) => [logoutAt, logoutBy])).toEqual([
      [expect.any(Date), by.id],
      [expect.any(Date), by.id],
    ]);
    expect(await listed(user)).toEqual([]);
  };

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    admin = await app.workspace.createUser({ personalAccessToken: { bypassTwoFactor: true } });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => app.close());

  describe.each(['logout', 'logout.me'] as const)('POST /api/v1/sessions/%s', (route) => {
    let caller: TestUser;
    let victim: TestUser;
    let sessionId: string;

    const end = (): Promise<HttpAnswer> => post(`sessions/${route}`, caller, { sessionId });

    const expectFinished = async (): Promise<void> => {
      app.clock.advance({ seconds: 10 });
      const answer = await end();
      expect([answer.status, answer.text]).toEqual([
        200,
        JSON.stringify({ sessionId, success: true }),
      ]);
      expect(await me(victim)).toMatchObject(NOT_LOGGED_IN);
      await expectStamped(victim, caller);
    };

    beforeEach(async () => {
      victim = await app.workspace.createUser({ roles: ['user'] });
      caller = route === 'logout' ? admin : await app.workspace.addLogin(victim);
      sessionId = await createSession(victim);
    });

    it('invalidates the token when stamping fails, and completes when repeated', async () => {
      expect((await me(victim)).status).toBe(200);
      const stamping = jest.spyOn(model('Session'), 'bulkWrite').mockImplementationOnce(powerCut);
      expect(await end()).toMatchObject(INTERNAL_ERROR);
      expect(stamping).toHaveBeenCalledTimes(1);

      expect(await me(victim)).toMatchObject(NOT_LOGGED_IN);
      await expectOpen(victim);
      // It is still listed, so the caller sees that it has not been revoked.
      expect(await listed(victim)).toEqual([sessionId]);
      await expectFinished();
    });

    it.each([
      [
        'the ending cannot be stored',
        () => jest.spyOn(model('SessionEnding').collection, 'insertMany'),
      ],
      ['the token cannot be removed', () => jest.spyOn(model('User'), 'bulkWrite')],
    ] as const)('changes nothing when %s, and completes when repeated', async (_what, spy) => {
      const failing = spy().mockImplementationOnce(powerCut);
      expect(await end()).toMatchObject(INTERNAL_ERROR);
      expect(failing).toHaveBeenCalledTimes(1);

      expect((await me(victim)).status).toBe(200);
      await expectOpen(victim);
      await expectFinished();
    });
  });

  describe('POST /api/v1/logout', () => {
    it('invalidates the token when stamping fails, and lets an administrator complete it', async () => {
      const user = await app.workspace.createUser({ roles: ['user'] });
      const sessionId = await createSession(user);
      jest.spyOn(model('Session'), 'bulkWrite').mockImplementationOnce(powerCut);
      expect(await post('logout', user)).toMatchObject(INTERNAL_ERROR);

      expect(await me(user)).toMatchObject(NOT_LOGGED_IN);
      await expectOpen(user);
      // Longer than the service remembers who ended a login first.
      app.clock.advance({ seconds: 3600 });
      expect((await post('sessions/logout', admin, { sessionId })).status).toBe(200);
      const documents = await documentsOf(user);
      expect(documents.map(({ logoutAt }) => logoutAt)).toEqual([
        expect.any(Date),
        expect.any(Date),
      ]);
      expect(await listed(user)).toEqual([]);
    });
  });

  describe('POST /api/v1/login', () => {
    let user: TestUser;
    let username: string;

    const login = (): Promise<HttpAnswer> => app.login({ user: username, password: PASSWORD });

    const tokensOf = async ({ id }: TestUser): Promise<unknown[]> => {
      const found = await app.workspace.db
        .collection<{ _id: string; services: { resume: { loginTokens: unknown[] } } }>('users')
        .findOne({ _id: id });
      return found?.services.resume.loginTokens ?? [];
    };

    const expectNothingLeft = async (before: unknown[]): Promise<void> => {
      expect(await tokensOf(user)).toEqual(before);
      expect(await listed(user)).toEqual([]);
    };

    const expectWorks = async (): Promise<void> => {
      const { status, body } = await login();
      expect(status).toBe(200);
      const { authToken } = (body as { data: { authToken: string } }).data;
      const headers = { 'x-user-id': user.id, 'x-auth-token': authToken };
      expect((await me({ ...user, headers })).status).toBe(200);
      expect(await listed(user)).toHaveLength(1);
    };

    beforeEach(async () => {
      username = newId();
      const options = { roles: ['user'], totp: false, password: PASSWORD, fields: { username } };
      user = await app.workspace.createUser(options);
    });

    it('leaves neither a valid token nor a live session when the token cannot be stored', async () => {
      const before = await tokensOf(user);
      const storing = jest
        .spyOn(model('User'), 'findOneAndUpdate')
        .mockImplementationOnce(powerCut);
      const answer = await login();
      expect(storing).toHaveBeenCalledTimes(1);
      expect(answer).toMatchObject(INTERNAL_ERROR);
      expect(answer.text).not.toContain('authToken');

      await expectNothingLeft(before);
      await expectWorks();
    });

    it('stores no token when the session document cannot be stored', async () => {
      const before = await tokensOf(user);
      const recording = jest
        .spyOn(model('Session').collection, 'insertOne')
        .mockImplementationOnce(powerCut);
      expect(await login()).toMatchObject(INTERNAL_ERROR);
      expect(recording).toHaveBeenCalledTimes(1);

      await expectNothingLeft(before);
      await expectWorks();
    });
  });
});
