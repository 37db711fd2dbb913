import fc from 'fast-check';
import { SessionEndingsRepository } from '../../src/session-lifecycle/session-endings.repository';
import { SessionsRepository } from '../../src/workspace-data/sessions/sessions.repository';
import { LoginTokensRepository } from '../../src/workspace-data/users/login-tokens.repository';
import { TestApp } from '../support/app';
import { HttpAnswer } from '../support/http';
import { rounds } from '../support/rounds';
import { newId } from '../support/workspace';

const PASSWORD = 'correct horse battery staple';
const RUNS = rounds(8, 2);

interface Person {
  id: string;
  username: string;
  isAdmin: boolean;
}

/** A login that was opened, and what has been answered about its end. */
interface Login {
  owner: Person;
  token: string;
  sessionId: string;
  state: 'live' | 'revoked' | 'unknown';
}

/** The writes of a revocation, in their order. Each may be the last one that a process makes. */
const WRITES = ['ending', 'token', 'documents', 'settling'] as const;

/** Logins are twice as frequent, so that there is something to end. */
const KINDS = [
  'login',
  'login',
  'use',
  'log out',
  'end others',
  'revoke own',
  'revoke any',
  'end all',
  'end in bulk',
  'crash',
  'restart',
] as const;

/** What a step does not need, it ignores. */
interface Step {
  kind: (typeof KINDS)[number];
  /** Who acts, and on which login. */
  who: number;
  which: number;
  /** The write that a crash prevents. */
  write: (typeof WRITES)[number];
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...KINDS),
  who: fc.nat(2),
  which: fc.nat(20),
  write: fc.constantFrom(...WRITES),
});

const powerCut = (): never => {
  throw new Error('power cut');
};

/** Runs steps against the service and records what must be true. */
class Model {
  readonly logins: Login[] = [];
  private isCrashDue = false;

  private constructor(
    /** Owns the database, and serves nothing. */
    private readonly home: TestApp,
    private app: TestApp,
    readonly people: Person[],
  ) {}

  static async start(home: TestApp): Promise<Model> {
    const people = await Promise.all(
      [['user'], ['user'], ['admin']].map(async (roles) => {
        const username = newId();
        const options = { roles, totp: false, password: PASSWORD, fields: { username } };
        const { id } = await home.workspace.createUser(options);
        return { id, username, isAdmin: roles.includes('admin') };
      }),
    );
    return new Model(home, await home.another(), people);
  }

  async run({ kind, who, which, write }: Step): Promise<void> {
    const person = this.person(who);
    const [actor] = this.liveOf(person);
    const target = this.logins[which % Math.max(1, this.logins.length)];
    switch (kind) {
      case 'login':
        return this.login(person);
      case 'crash':
        this.crashBefore(write);
        return;
      case 'restart':
        return this.restart();
      case 'use':
        return target && this.expectUsable(target);
      case 'log out':
        return target && this.end([target], target, 'logout', {});
      case 'end others':
        return actor && this.endOthers(actor);
      case 'revoke own':
        return actor && target && this.revokeOwn(actor, target);
      case 'revoke any':
        return actor && target && this.revokeAny(actor, target);
      case 'end all':
        return actor && target && this.endAll(actor, target.owner);
      case 'end in bulk':
        return actor && target && this.endInBulk(actor, target.owner);
    }
  }

  pass(seconds: number): void {
    this.home.clock.advance({ seconds });
    this.app.clock.advance({ seconds });
  }

  private endOthers(actor: Login): Promise<void> {
    const others = this.of(actor.owner).filter((login) => login !== actor);
    return this.end(others, actor, 'users.logoutOtherClients', {});
  }

  private revokeOwn(actor: Login, target: Login): Promise<void> {
    const { sessionId, owner } = target;
    const demanded = actor.owner === owner ? 200 : 404;
    return this.end([target], actor, 'sessions/logout.me', { sessionId }, demanded);
  }

  private revokeAny(actor: Login, target: Login): Promise<void> {
    const demanded = actor.owner.isAdmin ? 200 : 403;
    return this.end([target], actor, 'sessions/logout', { sessionId: target.sessionId }, demanded);
  }

  private endAll(actor: Login, owner: Person): Promise<void> {
    const isOwn = actor.owner === owner;
    const demanded = isOwn || actor.owner.isAdmin ? 200 : 403;
    const body = isOwn ? {} : { userId: owner.id };
    return this.end(this.of(owner), actor, 'users.logout', body, demanded);
  }

  /** All of the owner's but the actor's own, after a dry run. */
  private async endInBulk(actor: Login, owner: Person): Promise<void> {
    const path = 'sessions/logout.bulk';
    const selector = { userIds: [owner.id] };
    const preview = await this.call('POST', path, actor, { selector, dryRun: true });
    expect(preview.status).toBe(actor.owner.isAdmin ? 200 : 403);
    if (!actor.owner.isAdmin) return;
    const { confirm } = preview.body as { confirm: string };
    const targets = this.of(owner).filter((login) => login !== actor);
    await this.end(targets, actor, path, { selector, confirm });
  }

  private async end(
    targets: Login[],
    by: Login,
    path: string,
    body: object,
    demanded = 200,
  ): Promise<void> {
    const { status } = await this.call('POST', path, by, body);
    const isCrash = status === 500 && this.isCrashDue;
    if (isCrash) this.isCrashDue = false;
    // A crash may have ended the actor's own login, too.
    else if (by.state === 'unknown') expect([demanded, 401]).toContain(status);
    else expect(status).toBe(by.state === 'revoked' ? 401 : demanded);
    if (status !== 200 && !isCrash) return;
    for (const target of targets) {
      if (target.state !== 'revoked') target.state = isCrash ? 'unknown' : 'revoked';
    }
  }

  /** The process that revokes next dies before it makes this write. */
  private crashBefore(write: (typeof WRITES)[number]): void {
    jest.restoreAllMocks();
    // What is settled is settled after the answer.
    this.isCrashDue = write !== 'settling';
    const endings = this.app.partOf(SessionEndingsRepository);
    switch (write) {
      case 'ending':
        jest.spyOn(endings, 'insertNew').mockImplementationOnce(powerCut);
        break;
      case 'token':
        jest
          .spyOn(this.app.partOf(LoginTokensRepository), 'remove')
          .mockImplementationOnce(powerCut);
        break;
      case 'documents':
        jest.spyOn(this.app.partOf(SessionsRepository), 'stamp').mockImplementationOnce(powerCut);
        break;
      case 'settling':
        jest.spyOn(endings, 'settle').mockImplementationOnce(powerCut);
        break;
    }
  }

  private async restart(): Promise<void> {
    jest.restoreAllMocks();
    this.isCrashDue = false;
    await this.app.close();
    this.app = await this.home.another();
  }

  private async login(owner: Person): Promise<void> {
    const answer = await this.app.call('/api/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: owner.username, password: PASSWORD }),
    });
    const { authToken } = (answer.body as { data: { authToken: string } }).data;
    const login: Login = { owner, token: authToken, sessionId: '', state: 'live' };
    const rows = await this.list(login, 'sessions/list');
    login.sessionId = rows.find(({ current }) => current)?.sessionId ?? '';
    expect(login.sessionId).not.toBe('');
    this.logins.push(login);
  }

  /** Checks the invariants after any sequence of steps. A start completes what crashes have interrupted. */
  async check(): Promise<void> {
    await this.restart();
    for (const login of this.logins) {
      if (login.state === 'unknown') {
        const { status } = await this.call('GET', 'me', login);
        login.state = status === 200 ? 'live' : 'revoked';
      }
      await this.expectUsable(login);
    }
    const live = this.logins.filter(({ state }) => state === 'live');
    for (const login of live) {
      const rows = await this.list(login, 'sessions/list');
      expect(ids(rows)).toEqual(ids(this.liveOf(login.owner)));
      expect(rows.filter(({ current }) => current)).toHaveLength(1);
    }
    const admin = live.find(({ owner }) => owner.isAdmin);
    if (admin) expect(ids(await this.list(admin, 'sessions/list.all'))).toEqual(ids(live));
    await this.checkEndings();
    await this.app.close();
  }

  /** Each revoked login has left one ending and one audit record, and no other has. */
  private async checkEndings(): Promise<void> {
    await this.app.settled();
    const ended = ids(this.logins.filter(({ state }) => state === 'revoked'));
    const { db } = this.home.workspace;
    const endings = await db
      .collection<{ sessionId: string }>('ws_session_endings')
      .find({ userId: { $in: this.people.map(({ id }) => id) } })
      .toArray();
    expect(ids(endings)).toEqual(ended);
    expect(endings.filter((ending) => 'pending' in ending)).toEqual([]);
    const of = this.logins.map(({ sessionId }) => sessionId);
    const records = await db
      .collection<{ data: { key: string; value: string }[] }>('ws_audit')
      .find({ t: 'session.ended', data: { $elemMatch: { key: 'sessionId', value: { $in: of } } } })
      .toArray();
    const recorded = records
      .map(({ data }) => Object.fromEntries(data.map(({ key, value }) => [key, value])))
      .filter(({ result }) => result === 'ok');
    expect(recorded.map(({ sessionId }) => sessionId).sort()).toEqual(ended);
  }

  private async expectUsable(login: Login): Promise<void> {
    const { status } = await this.call('GET', 'me', login);
    if (login.state === 'unknown') expect([200, 401]).toContain(status);
    else expect(status).toBe(login.state === 'revoked' ? 401 : 200);
  }

  private of(owner: Person): Login[] {
    return this.logins.filter((login) => login.owner === owner);
  }

  private liveOf(owner: Person): Login[] {
    return this.of(owner).filter(({ state }) => state === 'live');
  }

  /** @returns all rows over all pages of two; they must match the total and be in a total order */
  private async list(by: Login, path: string): Promise<Row[]> {
    const rows: Row[] = [];
    for (;;) {
      const answer = await this.call('GET', `${path}?count=2&offset=${rows.length}`, by);
      const { sessions, total } = answer.body as { sessions: Row[]; total: number };
      rows.push(...sessions);
      if (sessions.length === 0 || rows.length >= total) {
        expect(rows).toHaveLength(total);
        expect(rows).toEqual([...rows].sort(newestFirst));
        return rows;
      }
    }
  }

  private call(method: string, path: string, by: Login, body?: object): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/${path}`, {
      method,
      headers: {
        'x-user-id': by.owner.id,
        'x-auth-token': by.token,
        'x-2fa-code': PASSWORD,
        ...(method === 'POST' && { 'content-type': 'application/json' }),
      },
      ...(method === 'POST' && { body: JSON.stringify(body ?? {}) }),
    });
  }

  private person(n: number): Person {
    const person = this.people[n % this.people.length];
    if (!person) throw new Error('There are no users.');
    return person;
  }
}

interface Row {
  sessionId: string;
  loginAt: string;
  current?: boolean;
}

const ids = (rows: { sessionId: string }[]): string[] => rows.map((row) => row.sessionId).sort();
const newestFirst = (a: Row, b: Row): number =>
  b.loginAt.localeCompare(a.loginAt) || (a.sessionId < b.sessionId ? -1 : 1);

describe('any sequence of sign-ins, requests, ways of ending, crashes and restarts', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('keeps listed sessions usable, ended ones unusable and recorded once, and every user within their own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 16, size: 'max' }), async (steps) => {
        await app.workspace.db.collection('rocketchat_sessions').deleteMany({});
        const model = await Model.start(app);
        for (const next of steps) {
          await model.run(next);
          model.pass(1);
        }
        await model.check();
      }),
      { numRuns: RUNS },
    );
  }, 240_000);
});
