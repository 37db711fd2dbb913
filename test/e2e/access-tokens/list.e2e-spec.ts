import { hashLoginToken } from '../../../src/auth/login-token';
import { AccessTokenScene } from '../../support/access-token-scene';

const OK = { status: 200 };

describe('GET /api/v1/users.getPersonalAccessTokens', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  it('lists tokens with malformed fields', async () => {
    const odd = { name: 7, createdAt: 'yesterday', lastTokenPart: null, bypassTwoFactor: 'yes' };
    await scene.app.workspace.addAccessToken(scene.user, odd);
    await scene.setTokens((tokens) => [
      ...tokens,
      { type: 'personalAccessToken', hashedToken: hashLoginToken(scene.user.id) },
    ]);
    const row = '{"name":null,"createdAt":null,"lastTokenPart":null,"bypassTwoFactor":false}';
    expect(await scene.list()).toMatchObject({
      ...OK,
      text: `{"tokens":[${row},${row}],"success":true}`,
    });
    expect(await scene.generate('new')).toMatchObject(OK);
  });
});
