import { hashLoginToken } from '../../../src/auth/login-token';
import { TestApp } from '../../support/app';
import { BulkScene, Outcome } from '../../support/bulk-scene';
import { HttpAnswer } from '../../support/http';
import { LifecycleScene, Statement, STATEMENTS } from '../../support/lifecycle-scene';
import { TestUser } from '../../support/workspace';

const IP = '203.0.113.7';
const SELECTOR = { ip: IP };
const PASSWORD = 'correct horse battery staple';
const CRASHES = STATEMENTS.flatMap((statement) =>
  (['before', 'after'] as const).map((when): [Statement, 'before' | 'after'] => [statement, when]),
);

describe('POST /api/v1/sessions/logout.bulk beside others', () => {
  let scene: BulkScene;
  /** Another process of the service on the same database. */
  let other: TestApp;

  const outcomeOf = ({ status, body }: HttpAnswer): Outcome => {
    expect(status).toBe(200);
    return body as Outcome;
  };
  /** Each session has one ending and one audit record, and is live no more. */
  const expectEndedOnce = async (ids: string[]): Promise<void> => {
    await other.settled();
    const endings = await scene.endings();
    expect(endings.map(({ sessionId }) => sessionId).sort()).toEqual([...ids].sort());
    expect(endings.filter(({ pending }) => pending)).toEqual([]);
    const records = await scene.records();
    expect(ids.map((id) => records.get(id)?.length)).toEqual(ids.map(() => 1));
    const live = await scene.live();
    expect(live.filter((id) => ids.includes(id))).toEqual([]);
  };
  const isUsable = async ({ headers }: TestUser): Promise<boolean> =>
    (await scene.app.call('/api/v1/me', { headers })).status === 200;

  beforeAll(async () => {
    scene = await BulkScene.start("the workspace's documents");
    other = await scene.app.another();
  });
  beforeEach(() => scene.clear());
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(async () => {
    await other.close();
    await scene.app.close();
  });

  it('ends each session once when two administrators send the same selector four times at once', async () => {
    const ids = await scene.createMany(120, SELECTOR);
    const colleague = await scene.app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
    const callers = [scene.admin, colleague];
    const confirms = await Promise.all(
      callers.map(async (by) => (await scene.preview(SELECTOR, by)).confirm),
    );
    const answers = await Promise.all(
      callers.flatMap((by, n) =>
        [scene.app, other].map((where) =>
          scene.post({ selector: SELECTOR, confirm: confirms[n] }, by, where),
        ),
      ),
    );
    const outcomes = answers.map(outcomeOf);
    expect(outcomes.reduce((sum, { ended }) => sum + ended, 0)).toBe(ids.length);
    for (const { matched, ended, remaining } of outcomes) {
      expect(ended).toBeLessThanOrEqual(matched);
      expect(remaining).toBe(0);
    }
    await expectEndedOnce(ids);
  });

  it('ends each session once beside logouts of single ones', async () => {
    const users: (TestUser & { sessionId: string })[] = [];
    for (let n = 0; n < 12; n++) users.push(await scene.createUser(SELECTOR));
    const { confirm } = await scene.preview(SELECTOR);
    const [bulk, ...single] = await Promise.all([
      scene.post({ selector: SELECTOR, confirm }, scene.admin, other),
      ...users.map((by, n) =>
        scene.app.call(n % 2 === 0 ? '/api/v1/logout' : '/api/v1/sessions/logout.me', {
          method: 'POST',
          headers: { ...by.headers, 'content-type': 'application/json' },
          body: JSON.stringify(n % 2 === 0 ? {} : { sessionId: by.sessionId }),
        }),
      ),
    ]);
    expect(outcomeOf(bulk).remaining).toBe(0);
    // Whoever came too late has no login any more.
    for (const { status } of single) expect([200, 401]).toContain(status);
    expect(await Promise.all(users.map(isUsable))).toEqual(users.map(() => false));
    await expectEndedOnce(users.map(({ sessionId }) => sessionId));
  });

  it('leaves logins alone that come meanwhile, and each of them can be seen', async () => {
    const user = await scene.app.workspace.createUser({ totp: false, password: PASSWORD });
    const before = { userId: user.id, loginToken: hashLoginToken(user.token) };
    const ids = [await scene.createSession(before), ...(await scene.createMany(30))];
    const selector = { loginAfter: '2000-01-01' };
    const { confirm } = await scene.preview(selector);
    scene.app.clock.advance({ seconds: 1 });
    other.clock.advance({ seconds: 1 });
    const [bulk, ...logins] = await Promise.all([
      scene.post({ selector, confirm }, scene.admin, other),
      ...Array.from({ length: 6 }, () =>
        scene.app.login({ user: `user-${user.id}`, password: PASSWORD }),
      ),
    ]);
    expect(outcomeOf(bulk)).toMatchObject({ ended: ids.length, remaining: 0 });
    for (const { body } of logins) {
      const { authToken } = (body as { data: { authToken: string } }).data;
      const headers = { 'x-user-id': user.id, 'x-auth-token': authToken };
      expect((await scene.app.call('/api/v1/me', { headers })).status).toBe(200);
    }
    expect(await scene.live()).toHaveLength(logins.length);
    await expectEndedOnce(ids);
  });

  it('says how many are left when the time of a request is over, and goes on with the next', async () => {
    const ids = await scene.createMany(450, SELECTOR);
    const hasty = await scene.app.another({ REQUEST_TIMEOUT_MS: '100' });
    const { confirm } = await scene.preview(SELECTOR);
    const ask = (): Promise<HttpAnswer> =>
      scene.post({ selector: SELECTOR, confirm }, scene.admin, hasty);
    // Given up or not, what a call has begun it completes.
    await ask();
    await hasty.settled();
    await hasty.close();
    const left = (await scene.live()).length;
    expect(left).toBeGreaterThanOrEqual(50);
    const outcome = outcomeOf(await scene.post({ selector: SELECTOR, confirm }));
    expect(outcome.remaining).toBe(0);
    // A service that closes in the middle leaves the rest to the next that starts.
    await (await scene.app.another()).close();
    await expectEndedOnce(ids);
  });

  it.each(CRASHES)('forgets nothing when it breaks off at the %s (%s)', async (...crash) => {
    scene.app.onOneInstance('the statements of one are broken');
    const ids = await scene.createMany(3, SELECTOR);
    const { confirm } = await scene.preview(SELECTOR);
    const broken = LifecycleScene.of(scene.app).break(...crash);
    const answer = await scene.post({ selector: SELECTOR, confirm });
    const isAwaited = ['ending', 'token', 'documents'].includes(crash[0]);
    expect(answer.status).toBe(isAwaited ? 500 : 200);
    await scene.app.settled();
    expect(broken).toHaveBeenCalled();
    broken.mockRestore();
    expect(outcomeOf(await scene.post({ selector: SELECTOR, confirm })).remaining).toBe(0);
    // A service that starts completes what was only not recorded.
    await (await scene.app.another()).close();
    await expectEndedOnce(ids);
    const history = await scene.endings();
    expect(history.map(({ endedBy }) => endedBy)).toEqual(ids.map(() => scene.admin.id));
  });
});
