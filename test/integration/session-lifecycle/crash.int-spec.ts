import { hashLoginToken } from '../../../src/auth/login-token';
import { Revocation } from '../../../src/session-lifecycle/revocation';
import { LifecycleScene, Statement, STATEMENTS, StoredEnding } from '../../support/lifecycle-scene';
import { TestUser } from '../../support/workspace';

const CRASHES = STATEMENTS.flatMap((statement) =>
  (['before', 'after'] as const).map((when): [Statement, 'before' | 'after'] => [statement, when]),
);
const FIRST: Revocation = { by: 'first', reason: 'admin' };
const SECOND: Revocation = { by: 'second', reason: 'bulk' };

describe('a revocation that breaks off', () => {
  let scene: LifecycleScene;
  let user: TestUser;
  let sessionId: string;

  const revoke = (revocation: Revocation): Promise<unknown> =>
    scene.lifecycle.revoke(
      { token: { owner: user.id, hashedToken: hashLoginToken(user.token) } },
      revocation,
    );
  const expectComplete = async (): Promise<StoredEnding> => {
    expect(await scene.isUsable(user)).toBe(false);
    const [ending, ...others] = await scene.endings();
    expect(others).toEqual([]);
    if (!ending) throw new Error('There is no ending.');
    expect(ending).toMatchObject({ sessionId, userId: user.id });
    expect(ending).not.toHaveProperty('pending');
    const record = `ending-${ending._id}-${ending.endedAt.getTime()}`;
    expect(await scene.records(sessionId)).toEqual([record]);
    const documents = await scene.documents(user);
    expect(documents).toHaveLength(2);
    for (const { logoutAt, logoutBy } of documents) {
      expect([logoutAt, logoutBy]).toEqual([ending.endedAt, ending.endedBy]);
    }
    return ending;
  };
  /** Whether the first revocation has got as far as to be decided. */
  const isDecided = (statement: Statement, when: 'before' | 'after'): boolean =>
    statement !== 'ending' || when === 'after';

  beforeAll(async () => {
    scene = await LifecycleScene.start();
  });
  beforeEach(async () => {
    await scene.clear();
    user = await scene.createUser();
    sessionId = await scene.createSession(user);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => scene.app.close());

  const breakOff = async (statement: Statement, when: 'before' | 'after'): Promise<void> => {
    const crash = scene.break(statement, when);
    await revoke(FIRST).catch(() => undefined);
    await scene.app.settled();
    expect(crash).toHaveBeenCalled();
    crash.mockRestore();
    // Never a usable token behind a document that says "logged out".
    const stamped = (await scene.documents(user)).filter(({ logoutAt }) => logoutAt);
    if (stamped.length > 0) expect(await scene.isUsable(user)).toBe(false);
  };

  it.each(CRASHES)('at the %s (%s) is completed by the next', async (statement, when) => {
    await breakOff(statement, when);
    scene.app.clock.advance({ seconds: 120 });
    await revoke(SECOND);
    // One whose work was complete is found to be so by the next revocation of any session.
    const other = await scene.createUser({ roles: ['user'] });
    scene.app.clock.advance({ seconds: 120 });
    await scene.lifecycle.revoke({ allOf: other.id }, SECOND);
    await scene.app.settled();
    await scene.app.workspace.db.collection('ws_session_endings').deleteMany({ userId: other.id });
    const { endedBy, reason } = await expectComplete();
    const expected = isDecided(statement, when) ? FIRST : SECOND;
    expect([endedBy, reason]).toEqual([expected.by, expected.reason]);
  });

  it.each(CRASHES.filter(([statement, when]) => isDecided(statement, when)))(
    'at the %s (%s) is completed when a service starts',
    async (statement, when) => {
      await breakOff(statement, when);
      const other = await scene.app.another();
      await other.close();
      const { endedBy, reason } = await expectComplete();
      expect([endedBy, reason]).toEqual([FIRST.by, FIRST.reason]);
    },
  );

  it.each(CRASHES.filter(([statement, when]) => isDecided(statement, when)))(
    'at the %s (%s) is completed beside a later revocation',
    async (statement, when) => {
      await breakOff(statement, when);
      scene.app.clock.advance({ seconds: 120 });
      const other = await scene.createUser();
      await scene.lifecycle.revoke({ allOf: other.id }, SECOND);
      await scene.app.settled();
      await scene.app.workspace.db
        .collection('ws_session_endings')
        .deleteMany({ userId: other.id });
      expect((await expectComplete()).endedBy).toBe(FIRST.by);
    },
  );

  it.each(CRASHES)('at the %s (%s), without an owner, leaves one ending', async (...crash) => {
    await scene.app.workspace.db
      .collection('rocketchat_sessions')
      .updateMany({ userId: user.id }, { $unset: { userId: '' } });
    const loginToken = hashLoginToken(user.token);
    const revokeOwnerless = (): Promise<unknown> =>
      scene.lifecycle.revoke({ token: { owner: undefined, hashedToken: loginToken } }, FIRST);
    const failing = scene.break(...crash);
    await revokeOwnerless().catch(() => undefined);
    await scene.app.settled();
    failing.mockRestore();
    await revokeOwnerless();
    await scene.app.settled();
    expect(await scene.isUsable(user)).toBe(false);
    expect(await scene.endings()).toMatchObject([{ sessionId, userId: user.id }]);
    const open = scene.app.workspace.db
      .collection('rocketchat_sessions')
      .countDocuments({ loginToken, logoutAt: null });
    expect(await open).toBe(0);
  });
});
