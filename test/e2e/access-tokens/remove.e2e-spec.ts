import { AccessTokenScene, DOES_NOT_EXIST } from '../../support/access-token-scene';
import { NOT_LOGGED_IN } from '../../support/expectations';

const OK = { status: 200 };

describe('POST /api/v1/users.removePersonalAccessToken', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  it('removes a token once for ten parallel requests', async () => {
    await scene.generate('script');
    const answers = await Promise.all(Array.from({ length: 10 }, () => scene.remove('script')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ text }) => text === DOES_NOT_EXIST.text)).toHaveLength(9);
  });

  it('leaves no valid token when it is removed and regenerated at once', async () => {
    for (let round = 0; round < 5; round++) {
      const old = scene.through(await scene.generate('script'));
      const [regenerated, removed] = await Promise.all([
        scene.regenerate('script'),
        scene.remove('script'),
      ]);
      expect(removed).toMatchObject(OK);
      expect(await scene.me(old)).toMatchObject(NOT_LOGGED_IN);
      if (regenerated.status === 200) {
        expect(await scene.me(scene.through(regenerated))).toMatchObject(NOT_LOGGED_IN);
      } else expect(regenerated).toMatchObject(DOES_NOT_EXIST);
    }
  });
});
