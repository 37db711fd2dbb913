import { AccessTokenScene } from '../../support/access-token-scene';
import { NOT_LOGGED_IN, TOTP_REQUIRED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const OK = { status: 200 };

describe('use of a personal access token', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  const infoAdmin = (by: TestUser): Promise<HttpAnswer> => scene.app.infoAdmin(session, by.headers);
  let session: string;
  beforeAll(async () => {
    session = String((await scene.app.workspace.createSession()).sessionId);
  });

  it('opens every route without a code when it bypasses the second factor', async () => {
    const program = scene.through(await scene.generate('script', true));
    expect(await scene.me(program)).toMatchObject(OK);
    expect(await infoAdmin(program)).toMatchObject(OK);
  });

  it.each([undefined, false])('asks for a code when bypassTwoFactor is %p', async (bypass) => {
    const program = scene.through(await scene.generate('script', bypass));
    expect(await infoAdmin(program)).toMatchObject(TOTP_REQUIRED);
    scene.app.clock.advance({ seconds: 30 });
    expect(await scene.app.infoAdminAs(program, session)).toMatchObject(OK);
  });

  it.each([true, false])('keeps its bypassTwoFactor when it is regenerated: %p', async (bypass) => {
    await scene.generate('script', bypass);
    const program = scene.through(await scene.regenerate('script'));
    expect(await infoAdmin(program)).toMatchObject(bypass ? OK : TOTP_REQUIRED);
  });

  it('regenerates itself without a code when it bypasses the second factor', async () => {
    const program = scene.through(await scene.generate('script', true));
    const headers = { ...program.headers, 'content-type': 'application/json' };
    const renewed = await scene.app.call('/api/v1/users.regeneratePersonalAccessToken', {
      method: 'POST',
      headers,
      body: '{"tokenName":"script"}',
    });
    expect(await scene.me(program)).toMatchObject(NOT_LOGGED_IN);
    expect(await infoAdmin(scene.through(renewed))).toMatchObject(OK);
  });

  it('generates another token only with a code when it does not bypass the second factor', async () => {
    const program = scene.through(await scene.generate('script'));
    const body = '{"tokenName":"another"}';
    const headers = { ...program.headers, 'content-type': 'application/json' };
    const call = { method: 'POST', headers, body };
    const path = '/api/v1/users.generatePersonalAccessToken';
    expect(await scene.app.call(path, call)).toMatchObject(TOTP_REQUIRED);
    expect(await scene.names()).toEqual(['script']);
  });

  it('keeps tokens when TOTP is disabled and after any number of logins', async () => {
    scene.user = await scene.create({ password: 'correct horse', accessTokens: ['old'] });
    const program = scene.through(await scene.generate('script', true));
    const call = (path: string, body: object): Promise<HttpAnswer> =>
      scene.app.call(`/api/v1/${path}`, {
        method: 'POST',
        headers: {
          ...scene.user.headers,
          'x-2fa-code': 'correct horse',
          'content-type': 'application/json',
        },
        body: JSON.stringify(body),
      });
    expect(
      await call('users.disableTotp', { code: scene.user.codeAt(scene.app.clock.now()) }),
    ).toMatchObject(OK);
    expect(await scene.me(program)).toMatchObject(OK);
    for (let i = 0; i < 55; i++) {
      const login = { user: `user-${scene.user.id}`, password: 'correct horse' };
      expect(await scene.app.login(login)).toMatchObject(OK);
    }
    expect(await scene.me(program)).toMatchObject(OK);
    expect((await scene.list(program)).body).toMatchObject({
      tokens: [{ name: 'old' }, { name: 'script' }],
    });
  });
});
