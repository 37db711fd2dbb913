import { hashLoginToken } from '../../../src/auth/login-token';
import { AccessTokenScene } from '../../support/access-token-scene';

describe('POST /api/v1/users.regeneratePersonalAccessToken', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  it('leaves one valid token after 20 parallel regenerations', async () => {
    await scene.generate('script');
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.regenerate('script')));
    const programs = answers.map((answer) => scene.through(answer));
    const works = await Promise.all(programs.map((program) => scene.me(program)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(works.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await scene.storedTokens()).toHaveLength(2);
  });

  it.each([0, 1, 2])(
    'regenerates a token in its place, whichever token asks: %p',
    async (position) => {
      const program = await scene.app.workspace.addAccessToken(scene.user, { name: 'script' });
      const other = await scene.app.workspace.addAccessToken(scene.user, { name: 'other' });
      const asking = [scene.user, program, other][position] ?? scene.user;
      const others = [scene.user, other].map(({ token }) => hashLoginToken(token));
      const renewed = scene.through(await scene.regenerate('script', asking));
      expect((await scene.storedTokens()).map(({ hashedToken }) => hashedToken)).toEqual([
        others[0],
        hashLoginToken(renewed.token),
        others[1],
      ]);
    },
  );
});
