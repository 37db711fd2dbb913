import { randomInt } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { TestApp } from '../../support/app';
import { describeOn } from '../../support/database';
import { IndexScene, Question, shown } from '../../support/index-scene';
import { call, HttpAnswer } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';
import { until } from '../../support/until';
import { rounds } from '../../support/rounds';

const WHOLE: Question = { order: [['loginAt', -1]], filter: '', count: 100 };
const BY_NAME: Question = { order: [['_user.name', 1]], filter: '', count: 100 };
const STEPS = rounds(25, 25, 500);
const KILLS = rounds(1, 1, 20);
const ON = { SESSION_INDEX: 'auto' };

const onEngine = describeOn('server', 'the index follows change streams');

onEngine('the index of an attached workspace', () => {
  /** Owns the database and keeps no index: what it writes, another program writes. */
  let other: TestApp;
  let app: TestApp;
  let scene: IndexScene;

  const sessions = () => scene.db.collection('rocketchat_sessions');
  const users = () => scene.db.collection<{ _id: string; [name: string]: unknown }>('users');
  const rename = (_id: string): Promise<unknown> =>
    users().updateOne(
      { _id },
      { $set: { name: `n${randomInt(5)}` }, $setOnInsert: { username: _id } },
      { upsert: true },
    );
  const isReady = (one = scene): boolean => one.status.isUsable;
  /** Whether the index, without what a page mends, is exactly what the documents say. */
  const isExact = async (one = scene): Promise<boolean> => {
    for (const asked of [WHOLE, BY_NAME]) {
      if (!isReady(one)) return false;
      const answer = await one.index.list({ ...asked, offset: 0 });
      if (!answer) return false;
      const reference = await one.aggregated(asked);
      if (JSON.stringify(shown(answer)) !== JSON.stringify(shown(reference))) return false;
    }
    return true;
  };

  beforeAll(async () => {
    other = await TestApp.start();
    app = await other.another(ON);
    scene = new IndexScene(app);
    for (const _id of ['u1', 'u2', 'u3'])
      await users().insertOne({ _id, name: _id, username: _id });
    for (let n = 0; n < 5; n++) await app.workspace.createSession({ userId: 'u1' });
  });
  afterAll(async () => {
    await app.close();
    await other.close();
  });

  it('is built at the first start', async () => {
    await until(isReady, 'the index is ready');
    await until(isExact, 'it is exact');
  });

  it('follows what other programs write, rename, end and delete', async () => {
    const { _id } = await app.workspace.createSession({ userId: 'u2', device: undefined });
    await until(isExact, 'the new session is there');
    await users().updateOne({ _id: 'u2' }, { $set: { name: 'Renamed' } });
    await until(async () => {
      const page = await scene.index.list({ ...WHOLE, filter: 'renam', offset: 0 });
      return page?.total === 1;
    }, 'the new name is found');
    await sessions().updateOne({ _id: _id as never }, { $set: { logoutAt: new Date(1) } });
    await until(isExact, 'the ended session is gone');
    await sessions().updateOne({ _id: _id as never }, { $unset: { logoutAt: '' } });
    await until(isExact, 'it is back');
    await sessions().deleteOne({ _id: _id as never });
    await until(isExact, 'the deleted session is gone');
    await users().deleteOne({ _id: 'u1' });
    await until(isExact, 'the deleted user is gone');
    const claimed = { claim: { $gt: '' } };
    await until(
      async () => (await scene.db.collection('ws_live_sessions').countDocuments(claimed)) === 0,
      'nothing is left to do',
    );
  });

  it('is taken over when the follower stops, and stays exact under random writes', async () => {
    let second = await app.another(ON);
    try {
      for (let step = 0; step < STEPS; step++) {
        const token = `t${randomInt(8)}`;
        const userId = [`u${randomInt(4)}`, null, undefined][randomInt(3)];
        switch (randomInt(7)) {
          case 0:
          case 1:
          case 2:
            await app.workspace.createSession({
              ...(randomInt(4) > 0 && { loginToken: token }),
              userId,
              loginAt: new Date(randomInt(5)),
            });
            break;
          case 3:
            await sessions().updateMany({ loginToken: token }, { $set: { logoutAt: new Date(5) } });
            break;
          case 4:
            await sessions().updateOne({ loginToken: token }, { $unset: { logoutAt: '' } });
            break;
          case 5:
            await sessions().deleteOne({ loginToken: token });
            break;
          default:
            await rename(`u${randomInt(4)}`);
        }
        if (step === Math.floor(STEPS / 3)) {
          await second.close();
          second = await app.another(ON);
        }
        if (step === Math.floor((2 * STEPS) / 3)) {
          // The first one followed.
          await app.close();
          scene = new IndexScene(second);
          app = second;
          second = await app.another(ON);
        }
      }
      await until(isExact, 'the index is exact');
      await until(() => isExact(new IndexScene(second)), 'the other process sees it');
    } finally {
      await second.close();
    }
  }, 900_000);

  it('is right again when the process that follows is killed amid logins and logouts', async () => {
    await app.close();
    for (let kill = 0; kill < KILLS; kill++) {
      const password = 'correct horse battery staple';
      const user = await other.workspace.createUser({ password, totp: false, roles: [] });
      const killed = await ServiceProcess.start({ MONGODB_URI: other.databaseUri, ...ON });
      const post = (path: string, body: object, headers = {}): Promise<HttpAnswer | undefined> =>
        call(`${killed.url}/api/v1/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(body),
        }).catch(() => undefined);
      const logInAndOut = async (): Promise<void> => {
        const answer = await post('login', { user: `user-${user.id}`, password });
        const { data } = (answer?.body ?? {}) as { data?: { userId: string; authToken: string } };
        if (!data) return;
        const headers = { 'x-user-id': data.userId, 'x-auth-token': data.authToken };
        if (randomInt(2) === 0) await post('logout', {}, headers);
      };
      const all = Promise.all(Array.from({ length: 6 }, logInAndOut));
      await Promise.race([all, wait(randomInt(600))]);
      await killed.kill();
      await all;
      app = await other.another(ON);
      scene = new IndexScene(app);
      await until(isExact, 'the index is exact');
      if (kill < KILLS - 1) await app.close();
    }
  }, 900_000);

  it('is built anew when its history is lost', async () => {
    await app.close();
    const records = other.workspace.db.collection('ws_session_index');
    const position = { _data: Buffer.from('a position of another database').toString('hex') };
    await records.updateOne({}, { $set: { 'positions.users': position } });
    await other.workspace.createSession({ userId: 'u3' });
    app = await other.another(ON);
    scene = new IndexScene(app);
    await until(isExact, 'the index is exact');
    expect(app.log.lines.join('\n')).toContain('building anew');
  });
});
