import { Logger } from '@nestjs/common';
import { hashLoginToken } from '../../../src/auth/login-token';
import {
  MAX_TOKENS,
  PersonalAccessTokensRepository,
} from '../../../src/workspace-data/users/personal-access-tokens.repository';
import { TestApp } from '../../support/app';
import { describeCommand, expectIndexed } from '../../support/explain';
import {
  invalidParameters,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  TOTP_INVALID,
  TOTP_REQUIRED,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser, UserOptions } from '../../support/workspace';

const OK = { status: 200 };
const TOKEN = /^[\w-]{43}$/;

const obstacle = (message: string, errorType: string): { status: number; text: string } => ({
  status: 400,
  text: JSON.stringify({ success: false, error: `${message} [${errorType}]`, errorType }),
});
const ALREADY_EXISTS = obstacle(
  'A token with this name already exists',
  'error-token-already-exists',
);
const DOES_NOT_EXIST = obstacle('Token does not exist', 'error-token-does-not-exists');
const TOO_MANY = obstacle('There are too many tokens', 'error-too-many-tokens');

interface StoredUser {
  _id: string;
  services: { resume: { loginTokens: Record<string, unknown>[] } };
}

describe('personal access tokens', () => {
  let app: TestApp;
  let user: TestUser;

  const users = () => app.workspace.db.collection<StoredUser>('users');
  const post = (path: string, body: unknown, by = user): Promise<HttpAnswer> =>
    app.call(`/api/v1/users.${path}PersonalAccessToken`, {
      method: 'POST',
      headers: {
        ...by.headers,
        'x-2fa-code': by.codeAt(app.clock.now()),
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  const generate = (tokenName: string, bypassTwoFactor?: boolean, by = user): Promise<HttpAnswer> =>
    post('generate', { tokenName, ...(bypassTwoFactor !== undefined && { bypassTwoFactor }) }, by);
  const regenerate = (tokenName: string, by = user): Promise<HttpAnswer> =>
    post('regenerate', { tokenName }, by);
  const remove = (tokenName: string, by = user): Promise<HttpAnswer> =>
    post('remove', { tokenName }, by);
  const list = (by = user): Promise<HttpAnswer> =>
    app.call('/api/v1/users.getPersonalAccessTokens', { headers: by.headers });
  const names = async (): Promise<unknown[]> =>
    ((await list()).body as { tokens: { name: unknown }[] }).tokens.map(({ name }) => name);

  /** The same person through the token of an answer. */
  const through = ({ body }: HttpAnswer): TestUser => {
    const { token } = body as { token: string };
    return { ...user, token, headers: { 'x-user-id': user.id, 'x-auth-token': token } };
  };
  const me = (by: TestUser): Promise<HttpAnswer> => app.call('/api/v1/me', { headers: by.headers });
  const create = (options: UserOptions = {}): Promise<TestUser> =>
    app.workspace.createUser(options);
  const storedTokens = async (): Promise<Record<string, unknown>[]> =>
    (await users().findOne({ _id: user.id }))?.services.resume.loginTokens ?? [];
  const setTokens = (change: (tokens: Record<string, unknown>[]) => unknown[]): Promise<unknown> =>
    storedTokens().then((tokens) =>
      users().updateOne(
        { _id: user.id },
        { $set: { 'services.resume.loginTokens': change(tokens) } },
      ),
    );

  beforeAll(async () => {
    app = await TestApp.start();
  });
  beforeEach(async () => {
    app.clock.startStep();
    user = await create();
  });
  afterAll(() => app.close());

  it('go from one to another to none, in these very bodies', async () => {
    expect((await list()).text).toBe('{"tokens":[],"success":true}');
    const generated = await generate('script', true);
    const first = through(generated);
    expect(first.token).toMatch(TOKEN);
    expect(generated).toMatchObject({ ...OK, text: `{"token":"${first.token}","success":true}` });
    const createdAt = app.clock.now().toISOString();
    expect(await list()).toMatchObject({
      ...OK,
      text: `{"tokens":[{"name":"script","createdAt":"${createdAt}","lastTokenPart":"${first.token.slice(-6)}","bypassTwoFactor":true}],"success":true}`,
    });

    app.clock.advance({ seconds: 30 });
    const regenerated = await regenerate('script');
    const second = through(regenerated);
    expect(second.token).toMatch(TOKEN);
    expect(second.token).not.toBe(first.token);
    expect(regenerated).toMatchObject({
      ...OK,
      text: `{"token":"${second.token}","success":true}`,
    });
    const replacedAt = app.clock.now().toISOString();
    expect(replacedAt).not.toBe(createdAt);
    expect((await list()).text).toBe(
      `{"tokens":[{"name":"script","createdAt":"${replacedAt}","lastTokenPart":"${second.token.slice(-6)}","bypassTwoFactor":true}],"success":true}`,
    );

    expect(await remove('script')).toMatchObject({ ...OK, text: '{"success":true}' });
    expect((await list()).text).toBe('{"tokens":[],"success":true}');
  });

  it('are stored as the original stores them, and only as hashes', async () => {
    const [login] = await storedTokens();
    const { token } = through(await generate('script'));
    expect(await storedTokens()).toEqual([
      login,
      {
        type: 'personalAccessToken',
        hashedToken: hashLoginToken(token),
        createdAt: app.clock.now(),
        lastTokenPart: token.slice(-6),
        name: 'script',
        bypassTwoFactor: false,
      },
    ]);
    const everything = await Promise.all(
      (await app.workspace.db.listCollections().toArray()).map(({ name }) =>
        app.workspace.db.collection(name).find().toArray(),
      ),
    );
    expect(JSON.stringify(everything)).not.toContain(token);
    expect((await list()).text).not.toContain(hashLoginToken(token));
  });

  describe('what they open', () => {
    const infoAdmin = (by: TestUser): Promise<HttpAnswer> => app.infoAdmin(session, by.headers);
    let session: string;
    beforeAll(async () => {
      session = String((await app.workspace.createSession()).sessionId);
    });

    it('everything, with bypassTwoFactor, without a code', async () => {
      const program = through(await generate('script', true));
      expect(await me(program)).toMatchObject(OK);
      expect(await infoAdmin(program)).toMatchObject(OK);
    });

    it.each([undefined, false])('with bypassTwoFactor %p: asks for a code', async (bypass) => {
      const program = through(await generate('script', bypass));
      expect(await infoAdmin(program)).toMatchObject(TOTP_REQUIRED);
      app.clock.advance({ seconds: 30 });
      expect(await app.infoAdminAs(program, session)).toMatchObject(OK);
    });

    it.each([true, false])('after regeneration what they opened before: %p', async (bypass) => {
      await generate('script', bypass);
      const program = through(await regenerate('script'));
      expect(await infoAdmin(program)).toMatchObject(bypass ? OK : TOTP_REQUIRED);
    });

    it('with bypassTwoFactor, these very calls: a program can renew its own token', async () => {
      const program = through(await generate('script', true));
      const headers = { ...program.headers, 'content-type': 'application/json' };
      const renewed = await app.call('/api/v1/users.regeneratePersonalAccessToken', {
        method: 'POST',
        headers,
        body: '{"tokenName":"script"}',
      });
      expect(await me(program)).toMatchObject(NOT_LOGGED_IN);
      expect(await infoAdmin(through(renewed))).toMatchObject(OK);
    });

    it('without it, these calls only with a code', async () => {
      const program = through(await generate('script'));
      const body = '{"tokenName":"another"}';
      const headers = { ...program.headers, 'content-type': 'application/json' };
      const call = { method: 'POST', headers, body };
      const path = '/api/v1/users.generatePersonalAccessToken';
      expect(await app.call(path, call)).toMatchObject(TOTP_REQUIRED);
      expect(await names()).toEqual(['script']);
    });
  });

  describe('an end', () => {
    it.each([
      ['removed', remove],
      ['regenerated', regenerate],
    ])('%s: the token gets 401 at the very next request, the others stay', async (_case, end) => {
      const program = through(await generate('script', true));
      const other = through(await generate('other'));
      const stranger = await create({ accessTokens: ['script'] });
      expect(await end('script')).toMatchObject(OK);
      expect(await me(program)).toMatchObject(NOT_LOGGED_IN);
      for (const by of [user, other, stranger]) expect(await me(by)).toMatchObject(OK);
      expect(((await list(stranger)).body as { tokens: object[] }).tokens).toHaveLength(1);
    });

    it.each([
      ['removed', remove],
      ['regenerated', regenerate],
    ])('%s: the sessions of the token are stamped, and no others', async (_case, end) => {
      const program = through(await generate('script'));
      const records = [program, program, user].map(({ token }) => ({
        userId: user.id,
        loginToken: hashLoginToken(token),
      }));
      for (const record of records) await app.workspace.createSession(record);
      await end('script');
      const stored = await app.workspace.db
        .collection('rocketchat_sessions')
        .find({ userId: user.id })
        .toArray();
      expect(stored).toHaveLength(3);
      for (const { loginToken, logoutAt, logoutBy } of stored) {
        expect([logoutAt, logoutBy]).toEqual(
          loginToken === hashLoginToken(program.token)
            ? [app.clock.now(), user.id]
            : [undefined, undefined],
        );
      }
    });

    it('of a token by itself: a program may remove and renew what it works with', async () => {
      const program = through(await generate('script'));
      app.clock.advance({ seconds: 30 });
      const renewed = through(await regenerate('script', program));
      expect(await me(program)).toMatchObject(NOT_LOGGED_IN);
      app.clock.advance({ seconds: 30 });
      expect(await remove('script', renewed)).toMatchObject(OK);
      expect(await me(renewed)).toMatchObject(NOT_LOGGED_IN);
    });

    it('is told apart from no such token', async () => {
      await generate('script');
      for (const end of [regenerate, remove]) {
        for (const name of ['Script', 'script ', 'scrip', '', '.*', 'login']) {
          expect(await end(name)).toMatchObject(DOES_NOT_EXIST);
        }
      }
      expect(await names()).toEqual(['script']);
      await remove('script');
      expect(await remove('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await regenerate('script')).toMatchObject(DOES_NOT_EXIST);
    });

    it("never reaches somebody else's token", async () => {
      const stranger = await create({ accessTokens: ['theirs'] });
      expect(await remove('theirs')).toMatchObject(DOES_NOT_EXIST);
      expect(await regenerate('theirs')).toMatchObject(DOES_NOT_EXIST);
      expect(((await list(stranger)).body as { tokens: object[] }).tokens).toHaveLength(1);
    });
  });

  describe('names', () => {
    it('are unique for each user', async () => {
      expect(await generate('script')).toMatchObject(OK);
      const before = await storedTokens();
      expect(await generate('script', true)).toMatchObject(ALREADY_EXISTS);
      expect(await storedTokens()).toEqual(before);
      expect(await generate('Script')).toMatchObject(OK);
      expect(await generate('script', false, await create())).toMatchObject(OK);
    });

    it.each(['a', 'x'.repeat(100), '😀'.repeat(100), ' ', '{"$ne":1}', '$where', 'a.b', '👩‍💻', 'é'])(
      'may be %p',
      async (name) => {
        expect(await generate(name)).toMatchObject(OK);
        expect(await names()).toEqual([name]);
        expect(await generate(name)).toMatchObject(ALREADY_EXISTS);
        expect(await regenerate(name)).toMatchObject(OK);
        expect(await remove(name)).toMatchObject(OK);
      },
    );

    const PATTERN = 'must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"';
    it.each([
      ['', 'must NOT have fewer than 1 characters'],
      ['x'.repeat(101), 'must NOT have more than 100 characters'],
      ['😀'.repeat(101), 'must NOT have more than 100 characters'],
      ['a\nb', PATTERN],
      ['a\u0000', PATTERN],
      ['\u009f', PATTERN],
      ['\u007f', PATTERN],
      ['\u2028', PATTERN],
      ['\ud800', 'must be string'],
      ['x\udc00y', 'must be string'],
    ])('may not be %j for a new token', async (name, message) => {
      expect(await generate(name)).toMatchObject(invalidParameters(message));
      expect(await storedTokens()).toHaveLength(1);
    });

    it('of tokens from elsewhere may be anything that can be sent', async () => {
      const odd = ['', 'a\nb', 'x'.repeat(5000), '\u0000'];
      for (const name of odd) await app.workspace.addAccessToken(user, { name });
      expect(await names()).toEqual(odd);
      for (const name of odd) {
        expect(await regenerate(name)).toMatchObject(OK);
        expect(await remove(name)).toMatchObject(OK);
      }
      expect(await names()).toEqual([]);
    });

    it('with a lone surrogate are not taken for what the database would make of them', async () => {
      await app.workspace.addAccessToken(user, { name: '\ufffd' });
      for (const end of [regenerate, remove]) {
        expect(await end('\ud800')).toMatchObject(invalidParameters('must be string'));
      }
      expect(await names()).toEqual(['\ufffd']);
    });
  });

  describe('hostile input', () => {
    const PATHS = ['generate', 'regenerate', 'remove'];

    it.each(PATHS)('%s: is refused in the words of the contract', async (path) => {
      const missing = invalidParameters("must have required property 'tokenName'");
      for (const body of [{}, null, { bypassTwoFactor: true }, { TOKENNAME: 'a' }]) {
        expect(await post(path, body)).toMatchObject(missing);
      }
      for (const tokenName of [null, 1, true, ['a'], { $ne: '' }, {}]) {
        expect(await post(path, { tokenName })).toMatchObject(invalidParameters('must be string'));
      }
      expect(await post(path, { tokenName: 'a', admin: true })).toMatchObject(
        invalidParameters('must NOT have additional properties'),
      );
      for (const body of [['a'], 'a', 1]) {
        expect(await post(path, body)).toMatchObject(invalidParameters('must be object'));
      }
      expect(await storedTokens()).toHaveLength(1);
    });

    it.each([null, 'true', 1, 0, '', [], {}, { $ne: false }])(
      'generate: bypassTwoFactor may not be %j',
      async (bypassTwoFactor) => {
        expect(await post('generate', { tokenName: 'a', bypassTwoFactor })).toMatchObject(
          invalidParameters('must be boolean'),
        );
        expect(await storedTokens()).toHaveLength(1);
      },
    );

    it('is refused before a code is looked at', async () => {
      for (const path of PATHS) {
        const answer = await app.call(`/api/v1/users.${path}PersonalAccessToken`, {
          method: 'POST',
          headers: { ...user.headers, 'x-2fa-code': 'wrong!', 'content-type': 'application/json' },
          body: '{"tokenName":7}',
        });
        expect(answer).toMatchObject(invalidParameters('must be string'));
      }
    });
  });

  it('need the permission, whatever else somebody shows', async () => {
    const member = await create({ roles: ['guest'], accessTokens: ['script'] });
    for (const answer of [
      await generate('new', true, member),
      await regenerate('script', member),
      await remove('script', member),
      await list(member),
    ]) {
      expect(answer).toMatchObject(NO_PERMISSION);
    }
  });

  describe('too many', () => {
    const fill = (count: number): Promise<unknown> =>
      setTokens((tokens) => [
        ...tokens,
        ...Array.from({ length: count }, (_, i) => ({
          when: app.clock.now(),
          hashedToken: hashLoginToken(`${user.id} ${i}`),
        })),
      ]);

    it(`are more than ${MAX_TOKENS} in all`, async () => {
      await fill(MAX_TOKENS - 2);
      expect(await generate('the last')).toMatchObject(OK);
      expect(await storedTokens()).toHaveLength(MAX_TOKENS);
      expect(await generate('another')).toMatchObject(TOO_MANY);
      expect(await generate('the last')).toMatchObject(ALREADY_EXISTS);
      expect(await regenerate('the last')).toMatchObject(OK);
      expect(await remove('the last')).toMatchObject(OK);
      expect(await generate('another')).toMatchObject(OK);
    });

    it('are never made by 20 parallel requests', async () => {
      await fill(MAX_TOKENS - 4);
      const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => generate(`n${i}`)));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      expect(answers.filter(({ text }) => text === TOO_MANY.text)).toHaveLength(17);
      expect(await storedTokens()).toHaveLength(MAX_TOKENS);
    });
  });

  describe('races', () => {
    it('of 20 requests for one name: one token', async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => generate('script')));
      const [won, ...more] = answers.filter(({ status }) => status === 200);
      expect(more).toEqual([]);
      expect(won && (await me(through(won)))).toMatchObject(OK);
      expect(answers.filter(({ text }) => text === ALREADY_EXISTS.text)).toHaveLength(19);
      expect(await names()).toEqual(['script']);
    });

    it('of 20 regenerations: the token that was made last works, and no other', async () => {
      await generate('script');
      const answers = await Promise.all(Array.from({ length: 20 }, () => regenerate('script')));
      const programs = answers.map(through);
      const works = await Promise.all(programs.map(me));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
      expect(works.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(await storedTokens()).toHaveLength(2);
    });

    it('of ten removals: one is told that it did it', async () => {
      await generate('script');
      const answers = await Promise.all(Array.from({ length: 10 }, () => remove('script')));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
      expect(answers.filter(({ text }) => text === DOES_NOT_EXIST.text)).toHaveLength(9);
    });

    it('of removing and regenerating: nothing works but what was handed out last', async () => {
      for (let round = 0; round < 5; round++) {
        const old = through(await generate('script'));
        const [regenerated, removed] = await Promise.all([regenerate('script'), remove('script')]);
        expect(removed).toMatchObject(OK);
        expect(await me(old)).toMatchObject(NOT_LOGGED_IN);
        if (regenerated.status === 200) {
          expect(await me(through(regenerated))).toMatchObject(NOT_LOGGED_IN);
        } else expect(regenerated).toMatchObject(DOES_NOT_EXIST);
      }
    });

    it.each<[string, object]>([
      ['logged out', { $pull: { 'services.resume.loginTokens': { type: { $exists: false } } } }],
      ['deactivated', { $set: { active: false } }],
    ])('with being %s: leave nothing behind and change nothing', async (_case, change) => {
      const tokens = app.app.get(PersonalAccessTokensRepository, { strict: false });
      for (const [method, action] of [
        ['add', () => generate('another', true)],
        ['replace', () => regenerate('script')],
        ['remove', () => remove('script')],
        ['list', () => list()],
      ] as const) {
        user = await create({ accessTokens: ['script'] });
        const original = tokens[method].bind(tokens) as (...args: unknown[]) => Promise<never>;
        const meanwhile = jest.spyOn(tokens, method).mockImplementationOnce(async (...args) => {
          await users().updateOne({ _id: user.id }, change);
          return original(...args);
        });
        const before = (await storedTokens()).filter(({ type }) => type !== undefined);
        expect(await action()).toMatchObject(NOT_LOGGED_IN);
        const after = (await storedTokens()).filter(({ type }) => type !== undefined);
        expect(after).toEqual(before);
        meanwhile.mockRestore();
      }
    });
  });

  describe('beside what other programs store', () => {
    const ODD = [null, 'text', 7, {}, [], { hashedToken: null }, { type: 'personalAccessToken' }];

    it('work among entries that are no tokens', async () => {
      await setTokens((tokens) => [...ODD, ...tokens, ...ODD]);
      const program = through(await generate('script'));
      expect(await me(program)).toMatchObject(OK);
      expect(await names()).toEqual(['script']);
      const renewed = through(await regenerate('script'));
      expect(await me(program)).toMatchObject(NOT_LOGGED_IN);
      expect(await me(renewed)).toMatchObject(OK);
      expect(await remove('script')).toMatchObject(OK);
      const left = (await storedTokens()) as unknown[];
      expect(left).toHaveLength(2 * ODD.length + 1);
      expect(left.slice(0, 3)).toEqual([null, 'text', 7]);
      await users().deleteOne({ _id: user.id });
    });

    it('are listed whatever is wrong with them', async () => {
      const odd = { name: 7, createdAt: 'yesterday', lastTokenPart: null, bypassTwoFactor: 'yes' };
      await app.workspace.addAccessToken(user, odd);
      await setTokens((tokens) => [
        ...tokens,
        { type: 'personalAccessToken', hashedToken: hashLoginToken(user.id) },
      ]);
      const row = '{"name":null,"createdAt":null,"lastTokenPart":null,"bypassTwoFactor":false}';
      expect(await list()).toMatchObject({
        ...OK,
        text: `{"tokens":[${row},${row}],"success":true}`,
      });
      expect(await generate('new')).toMatchObject(OK);
    });

    it.each([
      ['regenerate', regenerate],
      ['remove', remove],
    ])('%s: end all of one name, should there be several', async (_case, end) => {
      const twins = [
        await app.workspace.addAccessToken(user),
        await app.workspace.addAccessToken(user),
      ];
      const answer = await end('script');
      expect(answer).toMatchObject(OK);
      for (const twin of twins) expect(await me(twin)).toMatchObject(NOT_LOGGED_IN);
      expect(await names()).toEqual(end === remove ? [] : ['script']);
    });

    it('take no login for a token, whatever it is called', async () => {
      await setTokens(([login]) => [{ ...login, name: 'script' }]);
      expect(await names()).toEqual([]);
      expect(await remove('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await regenerate('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await generate('script')).toMatchObject(OK);
      expect(await remove('script')).toMatchObject(OK);
      expect(await me(user)).toMatchObject(OK);
    });
  });

  it.each([0, 1, 2])('are regenerated wherever the asking token stands: %p', async (position) => {
    const program = await app.workspace.addAccessToken(user, { name: 'script' });
    const other = await app.workspace.addAccessToken(user, { name: 'other' });
    const asking = [user, program, other][position] ?? user;
    const others = [user, other].map(({ token }) => hashLoginToken(token));
    const renewed = through(await regenerate('script', asking));
    expect((await storedTokens()).map(({ hashedToken }) => hashedToken)).toEqual([
      others[0],
      hashLoginToken(renewed.token),
      others[1],
    ]);
  });

  it('are looked for by an index, also to say why nothing was done', async () => {
    await generate('script');
    const commands = await app.commandsDuring(async () => {
      await generate('script');
      await regenerate('another');
      await remove('another');
    });
    expect(
      commands.map(describeCommand).filter((name) => name !== 'update ws_second_factors'),
    ).toEqual(
      ['update users', 'findAndModify users', 'findAndModify users'].flatMap((change) => [
        'find users',
        change,
        'find users',
      ]),
    );
    for (const command of commands) await expectIndexed(app.workspace.db, command);
  });

  it('outlive the switching on and off of TOTP, and any number of logins', async () => {
    user = await create({ password: 'correct horse', accessTokens: ['old'] });
    const program = through(await generate('script', true));
    const call = (path: string, body: object): Promise<HttpAnswer> =>
      app.call(`/api/v1/${path}`, {
        method: 'POST',
        headers: {
          ...user.headers,
          'x-2fa-code': 'correct horse',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    expect(await call('users.disableTotp', { code: user.codeAt(app.clock.now()) })).toMatchObject(
      OK,
    );
    expect(await me(program)).toMatchObject(OK);
    for (let i = 0; i < 55; i++) {
      const login = { user: `user-${user.id}`, password: 'correct horse' };
      expect(await app.login(login)).toMatchObject(OK);
    }
    expect(await me(program)).toMatchObject(OK);
    expect((await list(program)).body).toMatchObject({
      tokens: [{ name: 'old' }, { name: 'script' }],
    });
  });

  it('leave a line in the audit log, with their name and without themselves', async () => {
    const log = jest.spyOn(Logger.prototype, 'log').mockReturnValue();
    const { token } = through(await generate('project'));
    await generate('project');
    await regenerate('project');
    await remove('project');
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    const line = (change: string, data: object): unknown =>
      expect.objectContaining({
        t: 'access-token.changed',
        actor: expect.objectContaining({ _id: user.id }) as object,
        data: expect.objectContaining({
          change: `access-token.${change}`,
          tokenName: 'project',
          ...data,
        }) as object,
      });
    expect(lines.map((text) => JSON.parse(text) as object)).toEqual([
      line('generated', { result: 'ok', bypassTwoFactor: false }),
      line('generated', { result: 'access-token-obstacle', reason: 'already-exists' }),
      line('regenerated', { result: 'ok' }),
      line('removed', { result: 'ok' }),
    ]);
    expect(lines.join()).not.toContain(token);
  });

  it('count wrong codes with those of every other route', async () => {
    for (let i = 0; i < 5; i++) {
      const wrong = { ...user, codeAt: () => 'wrong!' };
      expect(await generate('script', true, wrong)).toMatchObject(TOTP_INVALID);
    }
    expect((await generate('script')).status).toBe(429);
    expect(await names()).toEqual([]);
  });
});
