import { TestClock } from '../../test/support/test-clock';
import { ForeignEnding, ForeignEndings } from '../workspace-data/sessions/foreign-endings';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { Change } from '../workspace-data/workspace-changes';
import { EndingWatch } from './ending.watch';

const OWNER = 'maria';
const LOGINS: LoginKey[] = ['one', 'two'].map((token) => ({ token, owner: OWNER }));
const CHANGED_AT = 1000;
const CHANGE = {
  clusterTime: { t: CHANGED_AT },
  operationType: 'update',
  ns: { db: 'chat', coll: 'users' },
  documentKey: { _id: OWNER },
  updateDescription: { updatedFields: { 'services.resume.loginTokens': [] } },
} as unknown as Change;

/** A user with two listed sessions, and what the watch says of them. */
class Scene {
  readonly clock = new TestClock();
  readonly reported: ForeignEnding[] = [];
  held = ['one', 'two'];
  /** Sessions that began before have their rows. */
  completeUntil = Infinity;
  isStopped = false;
  failure: Error | undefined;
  private readonly endings = new ForeignEndings();
  readonly watch = new EndingWatch(
    { findLogins: () => Promise.resolve(LOGINS) } as never,
    {
      findOf: () =>
        Promise.resolve(new Map([[OWNER, this.held.map((hashedToken) => ({ hashedToken }))]])),
    } as never,
    this.endings,
    this.clock,
    (time) => (time ?? Infinity) <= this.completeUntil,
  );

  constructor() {
    this.endings.watch((ending) => {
      if (this.failure) return Promise.reject(this.failure);
      this.reported.push(ending);
      return Promise.resolve();
    });
  }

  async after(seconds: number): Promise<void> {
    this.clock.advance({ seconds });
    await this.watch.examine(() => this.isStopped);
  }
}

describe('EndingWatch', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  it('tells of a session whose token is gone at two looks, half a minute apart', async () => {
    const at = scene.clock.now();
    scene.held = ['two'];
    await scene.watch.see([CHANGE], 'before');
    await scene.after(29);
    expect(scene.watch.isDue).toBe(false);
    await scene.after(1);
    await scene.after(29);
    expect(scene.reported).toEqual([]);
    expect(scene.watch.heldBack).toMatchObject({ before: 'before' });
    await scene.after(1);
    expect(scene.reported).toEqual([{ tokensChanged: [LOGINS[0]], at }]);
    expect(scene.watch.heldBack).toBeUndefined();
  });

  it('does not tell of a token that went between the looks: its own change tells', async () => {
    scene.held = ['two'];
    await scene.watch.see([CHANGE], 'before');
    await scene.after(59);
    scene.held = [];
    await scene.watch.see([CHANGE], 'later');
    await scene.after(30);
    expect(scene.reported).toMatchObject([{ tokensChanged: [LOGINS[0]] }]);
    await scene.after(30);
    expect(scene.reported).toHaveLength(2);
  });

  it('forgets a change after which each session has its token', async () => {
    await scene.watch.see([CHANGE], 'before');
    await scene.after(30);
    expect(scene.watch.heldBack).toBeUndefined();
    scene.held = [];
    await scene.after(30);
    expect(scene.reported).toEqual([]);
  });

  it('waits for the rows of all sessions from before the change', async () => {
    scene.held = [];
    scene.completeUntil = CHANGED_AT - 1;
    await scene.watch.see([CHANGE], 'before');
    await scene.after(300);
    expect(scene.watch.isDue).toBe(false);
    expect(scene.watch.heldBack).toMatchObject({ before: 'before' });
    scene.completeUntil = CHANGED_AT;
    expect(scene.watch.isDue).toBe(true);
    await scene.after(0);
    await scene.after(30);
    expect(scene.reported).toMatchObject([{ tokensChanged: LOGINS }]);
  });

  it('looks at nobody any more once it is stopped', async () => {
    scene.held = [];
    await scene.watch.see([CHANGE], 'before');
    await scene.after(30);
    scene.isStopped = true;
    await scene.after(30);
    expect(scene.reported).toEqual([]);
    expect(scene.watch.heldBack).toMatchObject({ before: 'before' });
  });

  it('knows that somebody is suspected whose position is unknown', async () => {
    await scene.watch.see([CHANGE], undefined);
    expect(scene.watch.heldBack).toMatchObject({ before: undefined });
    await scene.after(30);
    expect(scene.watch.heldBack).toBeUndefined();
  });

  it('keeps what could not be told', async () => {
    scene.held = [];
    await scene.watch.see([CHANGE], 'before');
    await scene.after(30);
    scene.failure = new Error('power cut');
    await expect(scene.after(30)).rejects.toThrow('power cut');
    scene.failure = undefined;
    await scene.after(0);
    expect(scene.reported).toHaveLength(1);
  });
});
