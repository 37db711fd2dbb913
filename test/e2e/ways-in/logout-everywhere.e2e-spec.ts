import {
  BAD_REQUEST,
  DAY_SECONDS,
  invalidParameters,
  NO_PERMISSION,
  NOT_LOGGED_IN,
  TOTP_REQUIRED,
  typedRefusal,
} from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { LifecycleScene, StoredEnding } from '../../support/lifecycle-scene';
import { TestUser } from '../../support/workspace';

const INVALID_USER = typedRefusal('Invalid user [error-invalid-user]');
const OK = '{"success":true}';

describe('ending all ways in of a user', () => {
  let scene: LifecycleScene;
  /** With two more logins, which have sessions, and an access token. */
  let user: TestUser;
  let others: TestUser[];
  let program: TestUser;

  const post = (path: string, by: TestUser, body?: unknown, code = ''): Promise<HttpAnswer> =>
    scene.app.call(`/api/v1/users.${path}`, {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json', 'x-2fa-code': code },
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
  const usable = async (tokens: TestUser[]): Promise<boolean[]> =>
    Promise.all(tokens.map((one) => scene.isUsable(one)));
  const all = (): TestUser[] => [user, ...others, program];
  const endings = async (of: TestUser): Promise<StoredEnding[]> =>
    (await scene.endings()).filter(({ userId }) => userId === of.id);

  beforeAll(async () => {
    scene = await LifecycleScene.start();
  });
  beforeEach(async () => {
    const { workspace } = scene.app;
    user = await scene.createUser();
    others = [await workspace.addLogin(user), await workspace.addLogin(user)];
    program = await workspace.addAccessToken(user);
    for (const login of [user, ...others]) await scene.createSession(login);
  });
  afterAll(() => scene.app.close());

  describe('POST /api/v1/users.logout', () => {
    it.each<[string, () => unknown]>([
      ['without a body', () => undefined],
      ['with an empty body', () => ({})],
      ["with one's own id", () => ({ userId: user.id })],
    ])(
      "ends all of one's own ways in %s, without permission and second factor",
      async (_, body) => {
        const { status, text } = await post('logout', others[0] ?? user, body());
        expect({ status, text }).toEqual({
          status: 200,
          text: `{"message":"User ${user.id} has been logged out!","success":true}`,
        });
        expect(await usable(all())).toEqual([false, false, false, false]);
        expect(await endings(user)).toEqual(
          Array(3).fill(
            expect.objectContaining({ endedBy: user.id, reason: 'logout-all', userId: user.id }),
          ),
        );
      },
    );

    it('ends all ways in of another user for an administrator with a second factor', async () => {
      const admin = await scene.app.workspace.createUser();
      const bystander = await scene.createUser();
      const code = admin.codeAt(scene.app.clock.now());
      expect(await post('logout', admin, { userId: user.id })).toMatchObject(TOTP_REQUIRED);
      expect(await usable(all())).toEqual([true, true, true, true]);
      expect((await post('logout', admin, { userId: user.id }, code)).status).toBe(200);
      expect(await usable([...all(), admin, bystander])).toEqual([
        ...[false, false, false, false],
        ...[true, true],
      ]);
      const reasons = (await endings(user)).map(({ endedBy, reason }) => [endedBy, reason]);
      expect(reasons).toEqual(Array(3).fill([admin.id, 'logout-all']));
    });

    it('does not tell who exists: 403 without the permission, 400 only behind the second factor', async () => {
      const other = await scene.createUser();
      for (const userId of [other.id, 'nobody']) {
        expect(await post('logout', user, { userId })).toMatchObject(NO_PERMISSION);
      }
      const admin = await scene.app.workspace.createUser();
      const code = admin.codeAt(scene.app.clock.now());
      expect(await post('logout', admin, { userId: 'nobody' })).toMatchObject(TOTP_REQUIRED);
      expect(await post('logout', admin, { userId: 'nobody' }, code)).toMatchObject(INVALID_USER);
      expect(await usable([other, user, admin])).toEqual([true, true, true]);
    });

    it.each<[string, (id: string) => unknown, object]>([
      ['an empty id', () => ({ userId: '' }), INVALID_USER],
      ['null', () => ({ userId: null }), invalidParameters('must be string')],
      ['a list of the own id', (id) => ({ userId: [id] }), invalidParameters('must be string')],
      ['an object', (id) => ({ userId: { $eq: id } }), invalidParameters('must be string')],
      ['the own id and a blank', (id) => ({ userId: `${id} ` }), INVALID_USER],
      ['the own id in another case', (id) => ({ userId: id.toUpperCase() }), INVALID_USER],
      ['a lone surrogate', () => '{"userId":"\\ud800"}', invalidParameters('must be string')],
      ['a body that is a list', (id) => [id], invalidParameters('must be object')],
      ['a body that is text', (id) => JSON.stringify(id), invalidParameters('must be object')],
      ['a body that is no JSON', () => '{', BAD_REQUEST],
      ['a poisoned body', (id) => `{"__proto__":{"userId":"${id}"}}`, BAD_REQUEST],
    ])('takes %s for somebody else', async (_case, body, refusal) => {
      expect(await post('logout', user, body(user.id))).toMatchObject(NO_PERMISSION);
      const admin = await scene.app.workspace.createUser();
      const code = admin.codeAt(scene.app.clock.now());
      expect(await post('logout', admin, body(admin.id), code)).toMatchObject(refusal);
      expect(await usable([...all(), admin])).toEqual(Array(5).fill(true));
    });

    it('refuses a name that it does not know, also beside the own id', async () => {
      const answer = await post('logout', user, { userId: user.id, username: 'other' });
      expect(answer).toMatchObject(invalidParameters('must NOT have additional properties'));
      expect(await usable(all())).toEqual([true, true, true, true]);
    });
  });

  describe('POST /api/v1/users.logoutOtherClients', () => {
    it("ends the caller's other logins, and answers with the token that stays", async () => {
      const { status, text } = await post('logoutOtherClients', user);
      const expires = new Date(scene.app.clock.now().getTime() + 90 * DAY_SECONDS * 1000);
      expect({ status, text }).toEqual({
        status: 200,
        text: `{"token":"${user.token}","tokenExpires":"${expires.toISOString()}","success":true}`,
      });
      expect(await usable(all())).toEqual([true, false, false, true]);
      const reasons = (await endings(user)).map(({ endedBy, reason }) => [endedBy, reason]);
      expect(reasons).toEqual(Array(2).fill([user.id, 'logout-all']));
    });

    it('refuses a personal access token, and ends nothing', async () => {
      expect(await post('logoutOtherClients', program)).toMatchObject(NO_PERMISSION);
      expect(await usable(all())).toEqual([true, true, true, true]);
    });

    it('ends each other login once when the same login asks ten times at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => post('logoutOtherClients', user)),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
      expect(await usable(all())).toEqual([true, false, false, true]);
      expect(await endings(user)).toHaveLength(2);
    });

    it('leaves at most one login when all of them ask at once', async () => {
      const logins = [user, ...others];
      const answers = await Promise.all(logins.map((one) => post('logoutOtherClients', one)));
      const left = (await usable(logins)).filter(Boolean).length;
      expect(left).toBeLessThanOrEqual(1);
      expect(answers.some(({ status }) => status === 200)).toBe(true);
      expect(await endings(user)).toHaveLength(logins.length - left);
      expect(await scene.isUsable(program)).toBe(true);
    });
  });

  describe('POST /api/v1/users.removeOtherTokens', () => {
    it.each(['a login', 'a personal access token'])(
      'removes all tokens but the one that asks: %s',
      async (kind) => {
        const by = kind === 'a login' ? user : program;
        const { status, text } = await post('removeOtherTokens', by);
        expect({ status, text }).toEqual({ status: 200, text: OK });
        expect(await usable(all())).toEqual(all().map((one) => one === by));
        expect(await endings(user)).toHaveLength(by === user ? 2 : 3);
      },
    );
  });

  it('leaves no login from before behind when people sign in meanwhile, and each can be seen', async () => {
    const password = 'correct horse battery staple';
    const racer = await scene.createUser({ password });
    const before = await scene.app.workspace.addLogin(racer);
    const signIn = (): Promise<HttpAnswer> =>
      scene.app.login({ user: `user-${racer.id}`, password });
    const earlier = (await signIn()).body as { data: { authToken: string } };
    const [ended, ...logins] = await Promise.all([
      post('logout', racer),
      ...Array.from({ length: 8 }, signIn),
    ]);
    expect(ended.status).toBe(200);
    const tokenOf = (token: string): TestUser => ({
      ...racer,
      headers: { 'x-user-id': racer.id, 'x-auth-token': token },
    });
    expect(await usable([racer, before, tokenOf(earlier.data.authToken)])).toEqual(
      Array(3).fill(false),
    );
    const tokens = logins.map(({ body }) =>
      tokenOf((body as { data: { authToken: string } }).data.authToken),
    );
    const alive = (await usable(tokens)).filter(Boolean).length;
    const live = (await scene.documents(racer)).filter(({ logoutAt }) => logoutAt === undefined);
    expect(live).toHaveLength(alive);
    expect(await endings(racer)).toHaveLength(3 + logins.length - alive);
  });

  it('answers 401 to a caller whose token it has just removed', async () => {
    await post('logout', user);
    for (const path of ['logout', 'logoutOtherClients', 'removeOtherTokens']) {
      expect(await post(path, user)).toMatchObject(NOT_LOGGED_IN);
    }
  });
});
