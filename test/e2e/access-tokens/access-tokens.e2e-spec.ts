import { hashLoginToken } from '../../../src/auth/login-token';
import { PersonalAccessTokensRepository } from '../../../src/workspace-data/users/personal-access-tokens.repository';
import { AccessTokenScene, ALREADY_EXISTS, DOES_NOT_EXIST } from '../../support/access-token-scene';
import { describeCommand, expectIndexed } from '../../support/explain';
import { invalidParameters, NO_PERMISSION, NOT_LOGGED_IN } from '../../support/expectations';

const OK = { status: 200 };
const TOKEN = /^[\w-]{43}$/;

describe('personal access tokens', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  it('generates, lists, regenerates and removes a token (golden bodies)', async () => {
    expect((await scene.list()).text).toBe('{"tokens":[],"success":true}');
    const generated = await scene.generate('script', true);
    const first = scene.through(generated);
    expect(first.token).toMatch(TOKEN);
    expect(generated).toMatchObject({ ...OK, text: `{"token":"${first.token}","success":true}` });
    const createdAt = scene.app.clock.now().toISOString();
    expect(await scene.list()).toMatchObject({
      ...OK,
      text: `{"tokens":[{"name":"script","createdAt":"${createdAt}","lastTokenPart":"${first.token.slice(-6)}","bypassTwoFactor":true}],"success":true}`,
    });

    scene.app.clock.advance({ seconds: 30 });
    const regenerated = await scene.regenerate('script');
    const second = scene.through(regenerated);
    expect(second.token).toMatch(TOKEN);
    expect(second.token).not.toBe(first.token);
    expect(regenerated).toMatchObject({
      ...OK,
      text: `{"token":"${second.token}","success":true}`,
    });
    const replacedAt = scene.app.clock.now().toISOString();
    expect(replacedAt).not.toBe(createdAt);
    expect((await scene.list()).text).toBe(
      `{"tokens":[{"name":"script","createdAt":"${replacedAt}","lastTokenPart":"${second.token.slice(-6)}","bypassTwoFactor":true}],"success":true}`,
    );

    expect(await scene.remove('script')).toMatchObject({ ...OK, text: '{"success":true}' });
    expect((await scene.list()).text).toBe('{"tokens":[],"success":true}');
  });

  describe('revocation of a personal access token', () => {
    it.each([
      ['removed', 'remove'],
      ['regenerated', 'regenerate'],
    ] as const)(
      'refuses a token at the very next request after it is %s, and keeps the others',
      async (_case, end) => {
        const program = scene.through(await scene.generate('script', true));
        const other = scene.through(await scene.generate('other'));
        const stranger = await scene.create({ accessTokens: ['script'] });
        expect(await scene[end]('script')).toMatchObject(OK);
        expect(await scene.me(program)).toMatchObject(NOT_LOGGED_IN);
        for (const by of [scene.user, other, stranger])
          expect(await scene.me(by)).toMatchObject(OK);
        expect(((await scene.list(stranger)).body as { tokens: object[] }).tokens).toHaveLength(1);
      },
    );

    it.each([
      ['removed', 'remove'],
      ['regenerated', 'regenerate'],
    ] as const)('stamps the sessions of a token that is %s, and no others', async (_case, end) => {
      const program = scene.through(await scene.generate('script'));
      const records = [program, program, scene.user].map(({ token }) => ({
        userId: scene.user.id,
        loginToken: hashLoginToken(token),
      }));
      for (const record of records) await scene.app.workspace.createSession(record);
      await scene[end]('script');
      const stored = await scene.app.workspace.db
        .collection('rocketchat_sessions')
        .find({ userId: scene.user.id })
        .toArray();
      expect(stored).toHaveLength(3);
      for (const { loginToken, logoutAt, logoutBy } of stored) {
        expect([logoutAt, logoutBy]).toEqual(
          loginToken === hashLoginToken(program.token)
            ? [scene.app.clock.now(), scene.user.id]
            : [undefined, undefined],
        );
      }
    });

    it('lets a program regenerate and remove the token that it uses', async () => {
      const program = scene.through(await scene.generate('script'));
      scene.app.clock.advance({ seconds: 30 });
      const renewed = scene.through(await scene.regenerate('script', program));
      expect(await scene.me(program)).toMatchObject(NOT_LOGGED_IN);
      scene.app.clock.advance({ seconds: 30 });
      expect(await scene.remove('script', renewed)).toMatchObject(OK);
      expect(await scene.me(renewed)).toMatchObject(NOT_LOGGED_IN);
    });

    it('answers 400 does-not-exist when no token has the name', async () => {
      await scene.generate('script');
      for (const end of ['regenerate', 'remove'] as const) {
        for (const name of ['Script', 'script ', 'scrip', '', '.*', 'login']) {
          expect(await scene[end](name)).toMatchObject(DOES_NOT_EXIST);
        }
      }
      expect(await scene.names()).toEqual(['script']);
      await scene.remove('script');
      expect(await scene.remove('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await scene.regenerate('script')).toMatchObject(DOES_NOT_EXIST);
    });

    it('never affects a token of another user', async () => {
      const stranger = await scene.create({ accessTokens: ['theirs'] });
      expect(await scene.remove('theirs')).toMatchObject(DOES_NOT_EXIST);
      expect(await scene.regenerate('theirs')).toMatchObject(DOES_NOT_EXIST);
      expect(((await scene.list(stranger)).body as { tokens: object[] }).tokens).toHaveLength(1);
    });
  });

  describe('names of personal access tokens', () => {
    it.each(['a', 'x'.repeat(100), '😀'.repeat(100), ' ', '{"$ne":1}', '$where', 'a.b', '👩‍💻', 'é'])(
      'accepts the name %p',
      async (name) => {
        expect(await scene.generate(name)).toMatchObject(OK);
        expect(await scene.names()).toEqual([name]);
        expect(await scene.generate(name)).toMatchObject(ALREADY_EXISTS);
        expect(await scene.regenerate(name)).toMatchObject(OK);
        expect(await scene.remove(name)).toMatchObject(OK);
      },
    );

    it('regenerates and removes tokens of other programs with any name that can be sent', async () => {
      const odd = ['', 'a\nb', 'x'.repeat(5000), '\u0000'];
      for (const name of odd) await scene.app.workspace.addAccessToken(scene.user, { name });
      expect(await scene.names()).toEqual(odd);
      for (const name of odd) {
        expect(await scene.regenerate(name)).toMatchObject(OK);
        expect(await scene.remove(name)).toMatchObject(OK);
      }
      expect(await scene.names()).toEqual([]);
    });

    it('refuses a lone surrogate instead of the name that the database would make of it', async () => {
      await scene.app.workspace.addAccessToken(scene.user, { name: '\ufffd' });
      for (const end of ['regenerate', 'remove'] as const) {
        expect(await scene[end]('\ud800')).toMatchObject(invalidParameters('must be string'));
      }
      expect(await scene.names()).toEqual(['\ufffd']);
    });
  });

  describe('invalid parameters', () => {
    const PATHS = ['generate', 'regenerate', 'remove'];

    it.each(PATHS)(
      'refuses invalid parameters of %s with the messages of the contract',
      async (path) => {
        const missing = invalidParameters("must have required property 'tokenName'");
        for (const body of [{}, null, { bypassTwoFactor: true }, { TOKENNAME: 'a' }]) {
          expect(await scene.post(path, body)).toMatchObject(missing);
        }
        for (const tokenName of [null, 1, true, ['a'], { $ne: '' }, {}]) {
          expect(await scene.post(path, { tokenName })).toMatchObject(
            invalidParameters('must be string'),
          );
        }
        expect(await scene.post(path, { tokenName: 'a', admin: true })).toMatchObject(
          invalidParameters('must NOT have additional properties'),
        );
        for (const body of [['a'], 'a', 1]) {
          expect(await scene.post(path, body)).toMatchObject(invalidParameters('must be object'));
        }
        expect(await scene.storedTokens()).toHaveLength(1);
      },
    );

    it('refuses invalid parameters before it verifies a code', async () => {
      for (const path of PATHS) {
        const answer = await scene.app.call(`/api/v1/users.${path}PersonalAccessToken`, {
          method: 'POST',
          headers: {
            ...scene.user.headers,
            'x-2fa-code': 'wrong!',
            'content-type': 'application/json',
          },
          body: '{"tokenName":7}',
        });
        expect(answer).toMatchObject(invalidParameters('must be string'));
      }
    });
  });

  it('requires the permission, whatever else the caller submits', async () => {
    const member = await scene.create({ roles: ['guest'], accessTokens: ['script'] });
    for (const answer of [
      await scene.generate('new', true, member),
      await scene.regenerate('script', member),
      await scene.remove('script', member),
      await scene.list(member),
    ]) {
      expect(answer).toMatchObject(NO_PERMISSION);
    }
  });

  it.each<[string, object]>([
    ['logged out', { $pull: { 'services.resume.loginTokens': { type: { $exists: false } } } }],
    ['deactivated', { $set: { active: false } }],
  ])('changes nothing for a caller who is %s meanwhile', async (_case, change) => {
    const tokens = scene.app.partOf(PersonalAccessTokensRepository);
    for (const [method, action] of [
      ['add', () => scene.generate('another', true)],
      ['replace', () => scene.regenerate('script')],
      ['remove', () => scene.remove('script')],
      ['list', () => scene.list()],
    ] as const) {
      scene.user = await scene.create({ accessTokens: ['script'] });
      const original = tokens[method].bind(tokens) as (...args: unknown[]) => Promise<never>;
      const meanwhile = jest.spyOn(tokens, method).mockImplementationOnce(async (...args) => {
        await scene.users().updateOne({ _id: scene.user.id }, change);
        return original(...args);
      });
      const before = (await scene.storedTokens()).filter(({ type }) => type !== undefined);
      expect(await action()).toMatchObject(NOT_LOGGED_IN);
      const after = (await scene.storedTokens()).filter(({ type }) => type !== undefined);
      expect(after).toEqual(before);
      meanwhile.mockRestore();
    }
  });

  describe('personal access tokens beside malformed entries', () => {
    const ODD = [null, 'text', 7, {}, [], { hashedToken: null }, { type: 'personalAccessToken' }];

    it('generates, regenerates and removes a token among entries that are not tokens', async () => {
      await scene.setTokens((tokens) => [...ODD, ...tokens, ...ODD]);
      const program = scene.through(await scene.generate('script'));
      expect(await scene.me(program)).toMatchObject(OK);
      expect(await scene.names()).toEqual(['script']);
      const renewed = scene.through(await scene.regenerate('script'));
      expect(await scene.me(program)).toMatchObject(NOT_LOGGED_IN);
      expect(await scene.me(renewed)).toMatchObject(OK);
      expect(await scene.remove('script')).toMatchObject(OK);
      const left = (await scene.storedTokens()) as unknown[];
      expect(left).toHaveLength(2 * ODD.length + 1);
      expect(left.slice(0, 3)).toEqual([null, 'text', 7]);
      await scene.users().deleteOne({ _id: scene.user.id });
    });

    it.each([['regenerate'], ['remove']] as const)(
      'lets %s revoke all tokens of one name',
      async (end) => {
        const twins = [
          await scene.app.workspace.addAccessToken(scene.user),
          await scene.app.workspace.addAccessToken(scene.user),
        ];
        const answer = await scene[end]('script');
        expect(answer).toMatchObject(OK);
        for (const twin of twins) expect(await scene.me(twin)).toMatchObject(NOT_LOGGED_IN);
        expect(await scene.names()).toEqual(end === 'remove' ? [] : ['script']);
      },
    );

    it('ignores a login that has a name', async () => {
      await scene.setTokens(([login]) => [{ ...login, name: 'script' }]);
      expect(await scene.names()).toEqual([]);
      expect(await scene.remove('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await scene.regenerate('script')).toMatchObject(DOES_NOT_EXIST);
      expect(await scene.generate('script')).toMatchObject(OK);
      expect(await scene.remove('script')).toMatchObject(OK);
      expect(await scene.me(scene.user)).toMatchObject(OK);
    });
  });

  it('finds tokens by an index, even to say why nothing was done', async () => {
    await scene.generate('script');
    const commands = await scene.app.commandsDuring(async () => {
      await scene.generate('script');
      await scene.regenerate('another');
      await scene.remove('another');
    });
    // What the second factor and the audit trail do is tested elsewhere.
    const names = commands.map(describeCommand);
    expect(names.filter((name) => !/ ws_(second_factors|audit)$/.test(name))).toEqual(
      ['update users', 'findAndModify users', 'findAndModify users'].flatMap((change) => [
        'find users',
        change,
        'find users',
      ]),
    );
    for (const command of commands) await expectIndexed(scene.app.workspace.db, command);
  });

  it('records each change in the audit log with the name and without the token', async () => {
    const before = scene.app.log.audit.length;
    const { token } = scene.through(await scene.generate('project'));
    await scene.generate('project');
    await scene.regenerate('project');
    await scene.remove('project');
    const lines = scene.app.log.audit.slice(before);
    const line = (change: string, data: object): unknown =>
      expect.objectContaining({
        t: 'access-token.changed',
        actor: expect.objectContaining({ _id: scene.user.id }) as object,
        data: expect.objectContaining({
          change: `access-token.${change}`,
          tokenName: 'project',
          ...data,
        }) as object,
      });
    expect(lines).toEqual([
      line('generated', { result: 'ok', bypassTwoFactor: false }),
      line('generated', { result: 'access-token-obstacle', reason: 'already-exists' }),
      line('regenerated', { result: 'ok' }),
      line('removed', { result: 'ok' }),
    ]);
    expect(JSON.stringify(lines)).not.toContain(token);
  });
});
