import { hashLoginToken } from '../../../src/auth/login-token';
import { MAX_TOKENS } from '../../../src/workspace-data/users/personal-access-tokens.repository';
import { AccessTokenScene, ALREADY_EXISTS, TOO_MANY } from '../../support/access-token-scene';
import { invalidParameters, TOTP_INVALID } from '../../support/expectations';

const OK = { status: 200 };

describe('POST /api/v1/users.generatePersonalAccessToken', () => {
  let scene: AccessTokenScene;

  beforeAll(async () => {
    scene = await AccessTokenScene.start();
  });
  beforeEach(() => scene.begin());
  afterAll(() => scene.app.close());

  it('stores tokens as Rocket.Chat stores them, and only as hashes', async () => {
    const [login] = await scene.storedTokens();
    const { token } = scene.through(await scene.generate('script'));
    expect(await scene.storedTokens()).toEqual([
      login,
      {
        type: 'personalAccessToken',
        hashedToken: hashLoginToken(token),
        createdAt: scene.app.clock.now(),
        lastTokenPart: token.slice(-6),
        name: 'script',
        bypassTwoFactor: false,
      },
    ]);
    const everything = await Promise.all(
      (await scene.app.workspace.db.listCollections().toArray()).map(({ name }) =>
        scene.app.workspace.db.collection(name).find().toArray(),
      ),
    );
    expect(JSON.stringify(everything)).not.toContain(token);
    expect((await scene.list()).text).not.toContain(hashLoginToken(token));
  });

  const PATTERN = 'must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"';

  it('requires names that are unique for each user', async () => {
    expect(await scene.generate('script')).toMatchObject(OK);
    const before = await scene.storedTokens();
    expect(await scene.generate('script', true)).toMatchObject(ALREADY_EXISTS);
    expect(await scene.storedTokens()).toEqual(before);
    expect(await scene.generate('Script')).toMatchObject(OK);
    expect(await scene.generate('script', false, await scene.create())).toMatchObject(OK);
  });

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
  ])('refuses the name %j for a new token', async (name, message) => {
    expect(await scene.generate(name)).toMatchObject(invalidParameters(message));
    expect(await scene.storedTokens()).toHaveLength(1);
  });

  it.each([null, 'true', 1, 0, '', [], {}, { $ne: false }])(
    'refuses %j as bypassTwoFactor',
    async (bypassTwoFactor) => {
      expect(await scene.post('generate', { tokenName: 'a', bypassTwoFactor })).toMatchObject(
        invalidParameters('must be boolean'),
      );
      expect(await scene.storedTokens()).toHaveLength(1);
    },
  );

  describe('limit of tokens', () => {
    const fill = (count: number): Promise<unknown> =>
      scene.setTokens((tokens) => [
        ...tokens,
        ...Array.from({ length: count }, (_, i) => ({
          when: scene.app.clock.now(),
          hashedToken: hashLoginToken(`${scene.user.id} ${i}`),
        })),
      ]);

    it(`refuses more than ${MAX_TOKENS} tokens in all`, async () => {
      await fill(MAX_TOKENS - 2);
      expect(await scene.generate('the last')).toMatchObject(OK);
      expect(await scene.storedTokens()).toHaveLength(MAX_TOKENS);
      expect(await scene.generate('another')).toMatchObject(TOO_MANY);
      expect(await scene.generate('the last')).toMatchObject(ALREADY_EXISTS);
      expect(await scene.regenerate('the last')).toMatchObject(OK);
      expect(await scene.remove('the last')).toMatchObject(OK);
      expect(await scene.generate('another')).toMatchObject(OK);
    });

    it('keeps the limit under 20 parallel requests', async () => {
      await fill(MAX_TOKENS - 4);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => scene.generate(`n${i}`)),
      );
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
      expect(answers.filter(({ text }) => text === TOO_MANY.text)).toHaveLength(17);
      expect(await scene.storedTokens()).toHaveLength(MAX_TOKENS);
    });
  });

  it('generates one token for 20 parallel requests for one name', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => scene.generate('script')));
    const [won, ...more] = answers.filter(({ status }) => status === 200);
    expect(more).toEqual([]);
    expect(won && (await scene.me(scene.through(won)))).toMatchObject(OK);
    expect(answers.filter(({ text }) => text === ALREADY_EXISTS.text)).toHaveLength(19);
    expect(await scene.names()).toEqual(['script']);
  });

  it('counts wrong codes together with those of every other route', async () => {
    for (let i = 0; i < 5; i++) {
      const wrong = { ...scene.user, codeAt: () => 'wrong!' };
      expect(await scene.generate('script', true, wrong)).toMatchObject(TOTP_INVALID);
    }
    expect((await scene.generate('script')).status).toBe(429);
    expect(await scene.names()).toEqual([]);
  });
});
