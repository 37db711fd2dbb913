import { hashLoginToken } from '../../../src/auth/login-token';
import { Revocation } from '../../../src/session-lifecycle/revocation';
import { expectIndexed } from '../../support/explain';
import { LifecycleScene } from '../../support/lifecycle-scene';
import { newId, TestUser } from '../../support/workspace';

const BY: Revocation = { by: 'admin-id', reason: 'admin' };
const HASH = 'services.resume.loginTokens.hashedToken';

/** Other programs write `users` and `rocketchat_sessions`, so any field may have another type. */
describe('revoking what other programs wrote', () => {
  let scene: LifecycleScene;
  let user: TestUser;

  const hashOf = ({ token }: TestUser): string => hashLoginToken(token);
  const set = async ({ id }: TestUser, fields: Record<string, unknown>): Promise<void> => {
    const users = scene.app.workspace.db.collection<{ _id: string }>('users');
    await users.updateOne({ _id: id }, { $set: fields });
  };
  const setList = (owner: TestUser, loginTokens: unknown): Promise<void> =>
    set(owner, { 'services.resume.loginTokens': loginTokens });
  /** Whether a program that looks tokens up by their hash finds the user. */
  const isHeld = async (hashedToken: string): Promise<boolean> => {
    const users = scene.app.workspace.db.collection('users');
    return (await users.countDocuments({ [HASH]: hashedToken })) > 0;
  };
  const open = (owner: TestUser): Promise<number> =>
    scene.app.workspace.db
      .collection('rocketchat_sessions')
      .countDocuments({ loginToken: hashOf(owner), logoutAt: null });
  const revoke = async (owner: string | undefined, of = user): Promise<void> => {
    await scene.lifecycle.revoke({ token: { owner, hashedToken: hashOf(of) } }, BY);
    await scene.app.settled();
  };

  beforeAll(async () => {
    scene = await LifecycleScene.start();
  });
  beforeEach(async () => {
    await scene.clear();
    user = await scene.createUser();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => scene.app.close());

  describe.each<[string, (hashedToken: string) => unknown]>([
    [
      'a token stands where the list should be',
      (hashedToken) => ({ when: new Date(0), hashedToken }),
    ],
    ['a token has several hashes', (hash) => [{ when: new Date(0), hashedToken: [hash, newId()] }]],
    ['the one token has several hashes', (hash) => ({ hashedToken: [newId(), hash] })],
  ])('where %s', (_what, list) => {
    it.each(['owner', 'token only'] as const)('removes it by its %s', async (named) => {
      const owner = named === 'owner' ? user.id : undefined;
      const sessionId = await scene.createSession(user, { userId: owner });
      await setList(user, list(hashOf(user)));
      expect(await isHeld(hashOf(user))).toBe(true);
      await revoke(owner);
      expect(await isHeld(hashOf(user))).toBe(false);
      expect(await open(user)).toBe(0);
      const [ending, ...others] = await scene.endings();
      expect([ending, others]).toMatchObject([{ sessionId, userId: user.id }, []]);
      expect(ending).not.toHaveProperty('pending');
    });
  });

  it('removes such a token when all logins of its owner are revoked', async () => {
    await setList(user, { when: new Date(0), hashedToken: hashOf(user) });
    await scene.lifecycle.revoke({ allOf: user.id }, BY);
    expect(await isHeld(hashOf(user))).toBe(false);
  });

  it('leaves another token alone that stands where the list should be', async () => {
    const other = newId();
    await setList(user, { when: new Date(0), hashedToken: other });
    await scene.createSession(user);
    await revoke(user.id);
    expect(await isHeld(other)).toBe(true);
    expect(await open(user)).toBe(0);
  });

  it('stamps nothing while it cannot remove the token', async () => {
    await scene.createSession(user);
    await set(user, { services: [{ resume: { loginTokens: { hashedToken: hashOf(user) } } }] });
    await expect(revoke(user.id)).rejects.toThrow();
    expect([await isHeld(hashOf(user)), await open(user)]).toEqual([true, 2]);
  });

  it('finds the holder of a token wherever the database finds its hash', async () => {
    await scene.createSession(user, { userId: undefined });
    await set(user, { services: [{ resume: { loginTokens: { hashedToken: hashOf(user) } } }] });
    await expect(revoke(undefined)).rejects.toThrow();
    expect([await isHeld(hashOf(user)), await open(user)]).toEqual([true, 2]);
  });

  it('resumes the others when one cannot be completed', async () => {
    const others = [await scene.createUser(), await scene.createUser()];
    for (const one of [user, ...others]) {
      await scene.createSession(one);
      const crash = scene.break('token', 'before');
      await expect(revoke(one.id, one)).rejects.toThrow('power cut');
      crash.mockRestore();
    }
    await set(user, { services: [{ resume: { loginTokens: [{ hashedToken: hashOf(user) }] } }] });
    const another = await scene.app.another();
    await another.close();
    for (const one of others) {
      expect([await isHeld(hashOf(one)), await open(one)]).toEqual([false, 0]);
    }
    expect([await isHeld(hashOf(user)), await open(user)]).toEqual([true, 2]);
    const pending = (await scene.endings()).filter(({ pending }) => pending);
    expect(pending).toMatchObject([{ userId: user.id }]);
    expect(another.log.lines.join('\n')).toMatch(/ 3 revocations .*Mongo\w+Error.* 1 are left/);
  });

  it.each(['live first', 'live last'] as const)(
    'one ending for a token with a live and a stamped document without owners, %s',
    async (order) => {
      const ownerless = [{ userId: undefined }, { userId: 7 }];
      const [live, stamped] = order === 'live first' ? ownerless : ownerless.reverse();
      const sessionId = await scene.createSession(user, { ...live });
      await scene.createSession(user, { ...stamped, logoutAt: new Date(0) });
      await setList(user, []);
      await revoke(undefined);
      expect(await scene.endings()).toMatchObject([{ sessionId }]);
      expect(await open(user)).toBe(0);
    },
  );

  it('treats a document with several owners as one without, through an index', async () => {
    await scene.createSession(user, { userId: ['w', 'x'] });
    const filler = Array.from({ length: 200 }, () => ({ _id: newId(), loginToken: newId() }));
    const { db } = scene.app.workspace;
    await db.collection<{ _id: string }>('rocketchat_sessions').insertMany(filler);
    const commands = await scene.app.commandsDuring(() => revoke(undefined));
    for (const command of commands) await expectIndexed(db, command);
    expect([await isHeld(hashOf(user)), await open(user)]).toEqual([false, 0]);
    expect(await scene.endings()).toHaveLength(1);
  });
});
