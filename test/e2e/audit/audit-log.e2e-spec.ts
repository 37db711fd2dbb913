import { totpCode } from '../../../src/two-factor/methods/totp';
import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { AuditLine } from '../../support/log-book';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';

describe('the audit log', () => {
  let app: TestApp;
  let secrets: string[];

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(() => {
    app.clock.startStep();
    app.clock.advance({ seconds: 60 });
    app.log.lines.length = 0;
    secrets = [];
  });
  afterAll(() => app.close());

  const post = async (
    user: Pick<TestUser, 'headers'>,
    path: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> => {
    const answer = await app.call(`/api/v1/${path}`, {
      method: 'POST',
      headers: {
        ...user.headers,
        'user-agent': 'curl/8',
        'content-type': 'application/json',
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    secrets.push(...secretsIn(answer.body), ...secretsIn(body));
    return answer;
  };

  const withCode = (user: TestUser): Record<string, string> => ({
    'x-2fa-code': user.codeAt(app.clock.now()),
  });

  const actor = (user?: TestUser): object => ({
    type: 'user',
    ...(user && { _id: user.id, username: `user-${user.id}` }),
    ip: '127.0.0.1',
    useragent: 'curl/8',
  });

  /** The `data` of each record, without the route and the request's id. */
  const entries = (): object[] =>
    app.log.audit.map(({ data }) =>
      Object.fromEntries(
        Object.entries(data).filter(([name]) => !['route', 'requestId'].includes(name)),
      ),
    );

  it('records the actor, the action, the target, the address and the time', async () => {
    const admin = await app.workspace.createUser();
    const owner = await app.workspace.createUser();
    const { sessionId } = await app.workspace.createSession({ userId: owner.id });
    await post(admin, 'sessions/logout', { sessionId }, withCode(admin));
    expect(app.log.audit).toEqual([
      {
        t: 'session.ended',
        ts: app.clock.now().toISOString(),
        actor: actor(admin),
        data: {
          result: 'ok',
          route: 'POST /api/v1/sessions/logout',
          requestId: expect.stringMatching(/^[\w.:-]{1,128}$/) as string,
          answered: 200,
          sessionId,
          userId: owner.id,
        },
      },
    ]);
  });

  it('records every attempt to change a second factor, with its result', async () => {
    const user = await app.workspace.createUser({ roles: [], totp: false, password: PASSWORD });
    const proof = { 'x-2fa-code': PASSWORD };
    const change = 'totp.enrolment-begun';
    await post(user, 'users.enableTotp');
    const { secret } = (await post(user, 'users.enableTotp', undefined, proof)).body as {
      secret: string;
    };
    const code = (): string => totpCode(secret, app.clock.now());
    await post(user, 'users.validateTotp', { code: '000000' });
    const { codes } = (await post(user, 'users.validateTotp', { code: code() })).body as {
      codes: string[];
    };
    await post(user, 'users.validateTotp', { code: code() });
    await post(user, 'users.regenerateTotpCodes', { code: codes[0] });
    app.clock.advance({ seconds: 30 });
    await post(user, 'users.disableTotp', { code: code() });

    const [invalid, method] = ['second-factor-invalid', 'totp'];
    expect(entries()).toEqual([
      { result: 'second-factor-required', reason: 'password', change, answered: 400 },
      { result: 'ok', change, answered: 200 },
      { result: invalid, reason: method, change: 'totp.enabled', answered: 400 },
      { result: 'ok', change: 'totp.enabled', answered: 200 },
      { result: 'totp-obstacle', reason: 'already-enabled', change: 'totp.enabled', answered: 400 },
      { result: 'ok', change: 'backup-codes.regenerated', answered: 200, backupCode: 'spent' },
      { result: 'ok', change: 'totp.disabled', answered: 200 },
    ]);
    for (const { t, data, ...line } of app.log.audit) {
      expect(line).toMatchObject({ actor: actor(user) });
      expect([data.result, t]).toEqual([
        data.result,
        data.result === invalid ? 'second-factor.failed' : 'second-factor.changed',
      ]);
    }
    expect(secrets.length).toBeGreaterThan(25);
    const log = app.log.lines.join('\n');
    for (const text of [...secrets, user.token, PASSWORD]) expect(log).not.toContain(text);
  });

  it('records every reset of a second factor, refused or not, with its target', async () => {
    const admin = await app.workspace.createUser();
    const stranger = await app.workspace.createUser({ roles: ['user'] });
    const lost = await app.workspace.createUser();
    const reset = (user: TestUser, body: object, headers = withCode(user)): Promise<HttpAnswer> =>
      post(user, 'users.resetTOTP', body, headers);
    await reset(admin, { userId: lost.id }, { 'x-2fa-code': 'wrong!' });
    await reset(admin, { userId: lost.id }, {});
    await reset(admin, { username: 'nobody' });
    await reset(admin, { username: { $ne: '' } });
    await reset(stranger, { userId: lost.id });
    await reset(stranger, { userId: ['x'] });
    await reset(admin, { username: `user-${lost.id}` });
    const change = 'totp.reset';
    const about = { userId: lost.id };
    expect(entries()).toEqual([
      { result: 'second-factor-invalid', reason: 'totp', change, answered: 400, ...about },
      { result: 'second-factor-required', reason: 'totp', change, answered: 400, ...about },
      { result: 'user-not-found', change, answered: 400, username: 'nobody' },
      { result: 'invalid-parameters', change, answered: 400 },
      { result: 'no-permission', change, answered: 403, ...about },
      { result: 'no-permission', change, answered: 403 },
      { result: 'ok', change, answered: 200, username: `user-${lost.id}`, ...about },
    ]);
    expect(app.log.audit.map(({ actor: { _id } }) => _id)).toEqual(
      [admin, admin, admin, admin, stranger, stranger, admin].map(({ id }) => id),
    );
  });

  it("records administrative reads, and no read of the user's own data", async () => {
    const admin = await app.workspace.createUser();
    const { sessionId, userId } = await app.workspace.createSession();
    for (const path of [
      'me',
      'sessions/list',
      `sessions/info?sessionId=${String(sessionId)}`,
      'users.totpCodesRemaining',
    ]) {
      await app.call(`/api/v1/${path}`, { headers: admin.headers });
      await app.call(`/api/v1/${path}`);
    }
    await app.call('/api/v1/nothing', { method: 'POST' });
    expect(app.log.audit).toEqual([]);

    const headers = { ...admin.headers, ...withCode(admin) };
    await app.call('/api/v1/sessions/list.all?filter=x', { headers });
    await app.call(`/api/v1/sessions/info.admin?sessionId=${String(sessionId)}`, { headers });
    await app.call('/api/v1/sessions/info.admin?sessionId=nobody', { headers });
    // One's own, so it is no administrative read.
    const own = await app.call('/api/v1/users.getPersonalAccessTokens', { headers });
    expect(own.status).toBe(200);
    expect(app.log.audit.map(({ t }) => t)).toEqual([
      'session.listed',
      'session.viewed',
      'session.viewed',
    ]);
    expect(entries()).toEqual([
      { result: 'ok', answered: 200 },
      { result: 'ok', answered: 200, sessionId, userId },
      { result: 'session-not-found', answered: 404, sessionId: 'nobody' },
    ]);
  });

  describe('POST /api/v1/login', () => {
    const login = (body: object): Promise<HttpAnswer> => post({ headers: {} }, 'login', body);
    const lines = (): Pick<AuditLine, 't' | 'actor'>[] => app.log.audit;

    it('records who signed in and whose account failed to', async () => {
      const user = await app.workspace.createUser({ password: PASSWORD });
      const [userId, username] = [user.id, `user-${user.id}`];
      await login({ user: username, password: 'wrong password' });
      await login({ user: `${user.id}@example.com`, password: PASSWORD });
      await login({ user: username, password: PASSWORD, code: '000000' });
      const code = user.codeAt(app.clock.now());
      const answer = await login({ user: username, password: PASSWORD, code });
      const { authToken } = (answer.body as { data: { authToken: string } }).data;
      await login({ resume: authToken });
      expect(lines().map(({ t }) => t)).toEqual([
        ...['failed-login-attempt', 'failed-login-attempt', 'failed-login-attempt'],
        ...['login', 'login'],
      ]);
      expect(lines().map((line) => line.actor)).toEqual([
        ...[actor(), actor(), actor()],
        ...[actor(user), actor(user)],
      ]);
      expect(entries()).toEqual([
        { result: 'login-refused', answered: 401, userId, username },
        { result: 'login-second-factor-required', reason: 'totp', answered: 401, userId, username },
        { result: 'login-second-factor-invalid', reason: 'totp', answered: 401, userId, username },
        { result: 'ok', answered: 200 },
        { result: 'ok', answered: 200 },
      ]);
    });

    it('never records an unknown name, which may be a mistyped password', async () => {
      for (const body of [
        { user: PASSWORD, password: 'me' },
        { email: PASSWORD, password: 'me' },
        { username: PASSWORD, password: 'me' },
        { resume: PASSWORD },
        { user: { $ne: PASSWORD }, password: PASSWORD },
      ]) {
        await login(body);
      }
      await post({ headers: {} }, 'users.2fa.sendEmailCode', { emailOrUsername: PASSWORD });
      expect(entries().slice(0, -1)).toEqual(
        Array.from({ length: 5 }, () => ({ result: 'login-refused', answered: 401 })),
      );
      expect(app.log.lines.join('\n')).not.toContain(PASSWORD);
    });

    it('records that a name is blocked', async () => {
      const user = await app.workspace.createUser({ password: PASSWORD });
      for (let i = 0; i < 11; i++) await login({ user: `user-${user.id}`, password: 'wrong one' });
      expect(entries()).toEqual([
        ...Array.from({ length: 10 }, () => ({
          result: 'login-refused',
          answered: 401,
          userId: user.id,
          username: `user-${user.id}`,
        })),
        { result: 'login-blocked', reason: 'user', answered: 401 },
      ]);
    });
  });

  it('merges repeated guesses into counted records without losing any', async () => {
    app.onOneInstance('each process counts what it repeats');
    const admin = await app.workspace.createUser();
    const guesses = 60;
    await Promise.all(
      Array.from({ length: guesses }, (_, index) =>
        post(
          admin,
          'users.generatePersonalAccessToken',
          { tokenName: `guess ${index}` },
          {
            'x-2fa-code': String(100_000 + index),
          },
        ),
      ),
    );
    const written = app.log.audit;
    expect(written.length).toBeLessThan(guesses);
    expect(written.some(({ data }) => data.result === 'second-factor-locked')).toBe(true);
    app.clock.advance({ seconds: 60 });
    await post(admin, 'logout');
    // Those that found the queue full were not judged.
    const kinds = ['second-factor.failed', 'access-token.changed'];
    const lines = app.log.audit.filter(({ t }) => kinds.includes(t));
    expect(lines.reduce((sum, { data }) => sum + Number(data.repeated ?? 1), 0)).toBe(guesses);
    const repeated = lines.filter(({ data }) => data.repeated !== undefined);
    expect(repeated.length).toBeGreaterThan(0);
    for (const { actor: who } of lines) expect(who._id).toBe(admin.id);
  });

  it('escapes control characters of clients, so that no record can be forged', async () => {
    const user = await app.workspace.createUser();
    const hostile = `"}\\n{"t":"login"\u0085\u009b31m\u00ad${'x'.repeat(5000)}`;
    await post(
      user,
      'users.removePersonalAccessToken',
      { tokenName: `${hostile}\n\u202e` },
      {
        ...withCode(user),
        'user-agent': hostile,
      },
    );
    const cut = hostile.slice(0, 200);
    expect(app.log.audit).toEqual([
      expect.objectContaining({
        // Node reads headers as Latin-1.
        actor: { ...actor(user), useragent: Buffer.from(hostile).toString('latin1').slice(0, 200) },
        data: expect.objectContaining({
          result: 'access-token-obstacle',
          tokenName: cut,
        }) as object,
      }),
    ]);
    for (const line of app.log.printed) expect(line).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]*\n$/u);
  });

  it('escapes terminal controls without losing what the client sent', async () => {
    const user = await app.workspace.createUser({ roles: [], totp: false });
    // A header's bytes are Latin-1: C1 controls, a soft hyphen and a no-break space can come in.
    const userAgent = 'a\u009b31m\u0085b\u00ad\u00a0c\u0080\u009f';
    await post(user, 'users.enableTotp', undefined, { 'user-agent': userAgent });
    expect(app.log.printed.join('').replaceAll('\n', '')).not.toMatch(
      /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u,
    );
    expect(app.log.audit.map((line) => line.actor.useragent)).toEqual([userAgent]);
  });

  it('writes pending counts when the service closes', async () => {
    const another = await app.another();
    const ask = (): Promise<HttpAnswer> => another.call('/api/v1/logout', { method: 'POST' });
    await Promise.all(Array.from({ length: 60 }, ask));
    await another.close();
    expect(another.log.audit).toHaveLength(26);
    expect(another.log.audit.at(-1)).toMatchObject({
      t: 'session.ended',
      actor: { ip: '127.0.0.1' },
      data: { result: 'not-logged-in', repeated: 35 },
    });
  });
});

/** What must not appear in a log: secrets and codes, without ids and words. */
function secretsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    ['secret', 'code', 'codes', 'url'].includes(key) || Array.isArray(value)
      ? secretsIn(inner)
      : [],
  );
}
