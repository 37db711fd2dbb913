import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseConfig } from '../../../src/config/database.config';
import { LiveSessionCounter } from '../../../src/session-index/live-session.counter';
import { LiveSessionsRepository } from '../../../src/session-index/live-sessions.repository';
import { SessionProjector } from '../../../src/session-index/session.projector';
import { LoginKey } from '../../../src/workspace-data/sessions/session-writes';
import { SessionsRepository } from '../../../src/workspace-data/sessions/sessions.repository';
import { UsersRepository } from '../../../src/workspace-data/users/users.repository';
import { TestApp } from '../../support/app';
import { IndexScene, Question, shown } from '../../support/index-scene';

const WHOLE: Question = { order: [['loginAt', -1]], filter: '', count: 100 };
const LOGIN = { token: 't1', owner: 'u1' };

type Step = 'claim' | 'read' | 'write';
const STEPS: Step[] = ['claim', 'read', 'write'];
type Change = 'open' | 'end' | 'reopen' | 'delete' | 'rename';
const CHANGES: Change[] = ['open', 'end', 'reopen', 'delete', 'rename'];

class Died extends Error {}

/** Something that happens once. */
class Moment {
  readonly come: Promise<void>;
  happen: () => void = () => undefined;

  constructor() {
    this.come = new Promise((resolve) => (this.happen = resolve));
  }
}

const momentOfEach = (): Record<Step, Moment> => ({
  claim: new Moment(),
  read: new Moment(),
  write: new Moment(),
});

/** A projection that takes one step at a time. */
class Steps {
  private readonly allowed = momentOfEach();
  private readonly taken = momentOfEach();
  private readonly done: Promise<void>;
  private dead = false;

  constructor(scene: IndexScene, logins: LoginKey[]) {
    const part = <T>(type: abstract new (...args: never[]) => T): T =>
      scene.app.app.get<T>(type, { strict: false });
    const real = { rows: scene.rows, sessions: part(SessionsRepository) };
    const rows = Object.assign(Object.create(real.rows) as LiveSessionsRepository, {
      claim: (...args: Parameters<LiveSessionsRepository['claim']>) =>
        this.step('claim', () => real.rows.claim(...args)),
      write: (...args: Parameters<LiveSessionsRepository['write']>) =>
        this.step('write', () => real.rows.write(...args)),
    });
    const sessions = Object.assign(Object.create(real.sessions) as SessionsRepository, {
      findLiveLogins: (...args: Parameters<SessionsRepository['findLiveLogins']>) =>
        this.step('read', () => real.sessions.findLiveLogins(...args)),
    });
    const projector = new SessionProjector(
      rows,
      sessions,
      part(UsersRepository),
      part(DatabaseConfig),
    );
    this.done = projector.project(logins).catch((error: unknown) => {
      if (!(error instanceof Died)) throw error;
    });
  }

  /** Takes this step, and returns when its statement has run. */
  async take(step: Step): Promise<void> {
    this.allowed[step].happen();
    await this.taken[step].come;
  }

  /** Takes whatever is left. */
  async finish(): Promise<void> {
    for (const step of STEPS) this.allowed[step].happen();
    await this.done;
  }

  async die(): Promise<void> {
    this.dead = true;
    await this.finish();
  }

  private async step<T>(step: Step, run: () => Promise<T>): Promise<T> {
    await this.allowed[step].come;
    if (this.dead) throw new Died();
    const result = await run();
    this.taken[step].happen();
    return result;
  }
}

describe('programs that write and project the same login at the same time', () => {
  let scene: IndexScene;
  let counter: LiveSessionCounter;
  let clock = 0;

  const change = async (what: Change): Promise<void> => {
    const sessions = scene.db.collection('rocketchat_sessions');
    const login = { loginToken: 't1', userId: 'u1' };
    if (what === 'open') {
      const at = ++clock;
      await sessions.insertOne({ ...login, sessionId: `s${at}`, loginAt: new Date(at) });
    }
    if (what === 'end') await sessions.updateMany(login, { $set: { logoutAt: new Date(0) } });
    if (what === 'reopen') await sessions.updateMany(login, { $unset: { logoutAt: '' } });
    if (what === 'delete') await sessions.deleteMany(login);
    if (what === 'rename') {
      const name = `name ${++clock}`;
      await scene.db
        .collection<{ _id: string }>('users')
        .updateOne({ _id: 'u1' }, { $set: { name } }, { upsert: true });
    }
  };

  const expectRight = async (): Promise<void> => {
    const reference = shown(await scene.aggregated(WHOLE));
    const rows = await scene.db
      .collection('ws_live_sessions')
      .find({ 'at.loginAt': { $gt: '' } })
      .sort({ 'at.loginAt': -1 })
      .toArray();
    const toShown = ({ sessionId, _user }: Record<string, unknown>): unknown => [sessionId, _user];
    expect(rows.map(toShown)).toEqual(reference.rows.map(toShown));
    expect(await counter.count()).toBe(rows.length);
    expect(shown(await scene.indexed(WHOLE))).toEqual(reference);
  };

  beforeAll(async () => {
    scene = new IndexScene(await TestApp.start());
    counter = scene.app.app.get(LiveSessionCounter, { strict: false });
    await scene.use();
  });
  beforeEach(async () => {
    for (const name of ['rocketchat_sessions', 'ws_live_sessions', 'users']) {
      await scene.db.collection(name).deleteMany({});
    }
    await scene.app.workspace.createSession({ loginToken: 'other', userId: 'u2' });
    await scene.projector.project([{ token: 'other', owner: 'u2' }]);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => scene.app.close());

  describe.each(CHANGES)('the one before: %s', (first) => {
    it.each(CHANGES.flatMap((second) => STEPS.map((step) => [second, step] as const)))(
      'a %s that is projected as a whole behind the %s of another projection counts',
      async (second, step) => {
        await change('open');
        await scene.projector.project([LOGIN]);
        await change(first);
        const slow = new Steps(scene, [LOGIN]);
        const before = STEPS.slice(0, STEPS.indexOf(step));
        for (const one of before) await slow.take(one);
        await counter.count();
        await change(second);
        await scene.projector.project([LOGIN]);
        await counter.count();
        await slow.finish();
        await expectRight();
      },
    );
  });

  it.each(STEPS)('a count before the %s of a projection is not kept for right', async (step) => {
    await change('open');
    const slow = new Steps(scene, [LOGIN]);
    for (const one of STEPS.slice(0, STEPS.indexOf(step))) await slow.take(one);
    expect(await counter.count()).toBe(1);
    await slow.finish();
    expect(await counter.count()).toBe(2);
    await expectRight();
  });

  it('a part that somebody else counts while this one reads is counted once', async () => {
    await change('open');
    await scene.projector.project([LOGIN]);
    const rows = scene.connection.collection('ws_live_sessions');
    const find = rows.find.bind(rows);
    jest.spyOn(rows, 'find').mockImplementationOnce((...args: Parameters<typeof find>) => {
      const cursor = find(...args);
      const toArray = cursor.toArray.bind(cursor);
      cursor.toArray = async () => {
        expect(await counter.count()).toBe(2);
        return toArray();
      };
      return cursor;
    });
    expect(await counter.count()).toBe(2);
    expect.assertions(2);
  });

  it('a document that is deleted before its row is written is found, whichever is read first', async () => {
    await change('open');
    const [document] = await scene.db
      .collection('rocketchat_sessions')
      .find({ userId: 'u1' })
      .toArray();
    const slow = new Steps(scene, [LOGIN]);
    await slow.take('claim');
    await slow.take('read');
    await change('delete');
    const answered = new Moment();
    const rows = scene.connection.collection('ws_live_sessions');
    const find = rows.find.bind(rows);
    jest.spyOn(rows, 'find').mockImplementation((...args: Parameters<typeof find>) => {
      const cursor = find(...args);
      const toArray = cursor.toArray.bind(cursor);
      const isAboutClaims = JSON.stringify(args[0]).includes('claim');
      cursor.toArray = async () => {
        if (isAboutClaims) {
          await Promise.race([answered.come, wait(200)]);
          await slow.finish();
        }
        const found = await toArray();
        answered.happen();
        return found;
      };
      return cursor;
    });
    expect(await scene.rows.findLogins({ removed: [document?._id] })).toContainEqual(LOGIN);
  });

  it('a projection that finds its claim taken over waits for what the other one writes', async () => {
    await change('open');
    const taken = new Steps(scene, [LOGIN]);
    await taken.take('claim');
    await taken.take('read');
    const other = new Steps(scene, [LOGIN]);
    await other.take('claim');
    // The other one dies: what this one has read must get into the index all the same.
    await other.die();
    await taken.finish();
    await expectRight();
  });

  it.each(['read', 'write'] as const)(
    'a projection that dies before its %s leaves a claim that another one finds',
    async (step) => {
      await change('open');
      const dying = new Steps(scene, [LOGIN]);
      for (const one of STEPS.slice(0, STEPS.indexOf(step))) await dying.take(one);
      await dying.die();
      const claimed = await scene.rows.findClaimed(10);
      expect(claimed).toEqual([LOGIN]);
      expect(await counter.count()).toBe(1);
      await scene.projector.project(claimed);
      await expectRight();
    },
  );
});
