import { getModelToken } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { hashLoginToken } from '../../../src/auth/login-token';
import { Revocation } from '../../../src/session-lifecycle/revocation';
import { describeCommand } from '../../support/explain';
import { LifecycleScene } from '../../support/lifecycle-scene';
import { TestUser } from '../../support/workspace';

const BY = { by: 'admin-id', reason: 'logout' } satisfies Revocation;

/** The read that says what the sessions were only describes: no revocation may depend on it. */
describe('a revocation whose sessions cannot be read', () => {
  let scene: LifecycleScene;
  let user: TestUser;

  const failReading = (error: Error): jest.SpyInstance => {
    const name = getModelToken('Session');
    const sessions = scene.app.app.get<Model<object>>(name, { strict: false });
    return jest.spyOn(sessions, 'aggregate').mockImplementation(() => {
      throw error;
    });
  };
  const warnings = (): string[] =>
    scene.app.log.lines.filter((line) => line.includes('LoginFinder'));
  const stampsOf = async (owner: TestUser): Promise<unknown[]> =>
    (await scene.documents(owner)).map(({ logoutBy }) => logoutBy as unknown);
  const expectUndescribed = async (by: string, reason: string): Promise<void> => {
    await scene.app.settled();
    expect(await scene.isUsable(user)).toBe(false);
    expect(await stampsOf(user)).toEqual([by, by]);
    const [ending, ...others] = await scene.endings();
    expect(others).toEqual([]);
    expect(ending).toMatchObject({ userId: user.id, endedBy: by, reason });
    expect(ending).toHaveProperty('loginAt');
    expect(ending).not.toHaveProperty('sessionId');
    expect(ending).not.toHaveProperty('pending');
  };

  beforeAll(async () => {
    scene = await LifecycleScene.start();
  });
  beforeEach(async () => {
    await scene.clear();
    user = await scene.createUser();
    await scene.createSession(user);
    // So that a warning of the test before does not keep this one's quiet.
    scene.app.clock.advance({ seconds: 3600 });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => scene.app.close());

  it('by POST logout removes the token and stamps the documents', async () => {
    failReading(new mongo.MongoServerError({ message: 'too slow', code: 50 }));
    const { status } = await scene.app.call('/api/v1/logout', {
      method: 'POST',
      headers: user.headers,
    });
    expect(status).toBe(200);
    await expectUndescribed(user.id, 'logout');
  });

  it.each<[string, () => Promise<unknown>]>([
    ['of all logins of a user', () => scene.lifecycle.revoke({ allOf: user.id }, BY)],
    [
      'of a login whose token is known',
      () => {
        const token = { owner: user.id, hashedToken: hashLoginToken(user.token) };
        return scene.lifecycle.revoke({ token: { ...token, token: tokenOf(user) } }, BY);
      },
    ],
  ])('%s is complete', async (_what, revoke) => {
    failReading(new mongo.MongoNetworkError('away'));
    await revoke();
    await expectUndescribed(BY.by, BY.reason);
  });

  it('that a factor change has begun is recorded', async () => {
    failReading(new mongo.MongoServerError({ message: 'too slow', code: 50 }));
    await scene.app.workspace.db
      .collection<{ _id: string }>('users')
      .updateOne({ _id: user.id }, { $set: { 'services.resume.loginTokens': [] } });
    await scene.lifecycle.recordRevoked(user.id, [tokenOf(user)], BY);
    await expectUndescribed(BY.by, BY.reason);
  });

  it('says so once a minute, with the name of the error only', async () => {
    failReading(new mongo.MongoServerError({ message: 'about ann', code: 50 }));
    const before = warnings().length;
    for (let n = 0; n < 3; n++) {
      const other = await scene.createUser();
      await scene.lifecycle.revoke({ allOf: other.id }, BY);
      scene.app.clock.advance({ seconds: 30 });
    }
    const said = warnings().slice(before);
    expect(said).toHaveLength(2);
    expect(said[0]).toContain('MongoServerError');
    expect(said.join('')).not.toContain('ann');
  });

  it('fails where the token is not known, and where the fault is not of the database', async () => {
    const unknown = { token: { owner: user.id, hashedToken: hashLoginToken(user.token) } };
    failReading(new mongo.MongoServerError({ message: 'too slow', code: 50 }));
    await expect(scene.lifecycle.revoke(unknown, BY)).rejects.toThrow('too slow');
    jest.restoreAllMocks();
    failReading(new TypeError('a bug'));
    await expect(scene.lifecycle.revoke({ allOf: user.id }, BY)).rejects.toThrow('a bug');
    expect(await scene.isUsable(user)).toBe(true);
    expect(await stampsOf(user)).toEqual([undefined, undefined]);
  });

  it('is not kept waiting: the database ends the read before the driver does', async () => {
    const commands = await scene.app.commandsDuring(() =>
      scene.lifecycle.revoke({ allOf: user.id }, BY),
    );
    const read = commands.find((one) => describeCommand(one).startsWith('aggregate'));
    expect(read?.command).toMatchObject({ maxTimeMS: 10_000 });
  });
});

function tokenOf({ token }: TestUser): { when: Date; hashedToken: string } {
  return { when: new Date(0), hashedToken: hashLoginToken(token) };
}
