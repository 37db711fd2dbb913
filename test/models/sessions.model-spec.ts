import fc from 'fast-check';
import { TestApp } from '../support/app';
import { HttpAnswer } from '../support/http';
import { rounds } from '../support/rounds';
import { newId } from '../support/workspace';

const PASSWORD = 'correct horse battery staple';
const RUNS = rounds(12, 3);

interface Person {
  id: string;
  username: string;
  isAdmin: boolean;
}

/** A login that was opened, and whether it has been revoked since. */
interface Login {
  owner: Person;
  token: string;
  sessionId: string;
  isRevoked: boolean;
}

type Step =
  | { kind: 'login'; who: number }
  | { kind: 'revoke own' | 'revoke any'; who: number; which: number }
  | { kind: 'log out'; which: number };

const who = fc.nat(2);
const which = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('login' as const), who }),
  fc.record({ kind: fc.constantFrom('revoke own' as const, 'revoke any' as const), who, which }),
  fc.record({ kind: fc.constant('log out' as const), which }),
);

/** Runs steps against the service and records what must be true. */
class Model {
  readonly logins: Login[] = [];

  private constructor(
    private readonly app: TestApp,
    readonly people: Person[],
  ) {}

  static async start(app: TestApp): Promise<Model> {
    const people = await Promise.all(
      [['user'], ['user'], ['admin']].map(async (roles) => {
        const username = newId();
        const options = { roles, totp: false, password: PASSWORD, fields: { username } };
        const { id } = await app.workspace.createUser(options);
        return { id, username, isAdmin: roles.includes('admin') };
      }),
    );
    return new Model(app, people);
  }

  async run(next: Step): Promise<void> {
    if (next.kind === 'login') {
      await this.login(this.person(next.who));
      return;
    }
    const target = this.logins[next.which % Math.max(1, this.logins.length)];
    if (!target) return;
    if (next.kind === 'log out') {
      await this.expectStatus(this.call('POST', 'logout', target), target.isRevoked ? 401 : 200);
      target.isRevoked = true;
      return;
    }
    const actor = this.logins.find(
      ({ owner, isRevoked }) => owner === this.person(next.who) && !isRevoked,
    );
    if (actor) await this.revoke(next.kind, actor, target);
  }

  private async login(owner: Person): Promise<void> {
    const answer = await this.app.call('/api/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: owner.username, password: PASSWORD }),
    });
    const { authToken } = (answer.body as { data: { authToken: string } }).data;
    const login = { owner, token: authToken, sessionId: '', isRevoked: false };
    const rows = await this.list(login, 'sessions/list');
    login.sessionId = rows.find(({ current }) => current)?.sessionId ?? '';
    expect(login.sessionId).not.toBe('');
    this.logins.push(login);
  }

  private async revoke(
    kind: 'revoke own' | 'revoke any',
    actor: Login,
    target: Login,
  ): Promise<void> {
    const path = kind === 'revoke own' ? 'sessions/logout.me' : 'sessions/logout';
    const allowed = kind === 'revoke own' ? actor.owner === target.owner : actor.owner.isAdmin;
    const refusal = kind === 'revoke own' ? 404 : 403;
    const asked = this.call('POST', path, actor, { sessionId: target.sessionId });
    await this.expectStatus(asked, allowed ? 200 : refusal);
    if (allowed) target.isRevoked = true;
  }

  /** Checks the invariants after any sequence of steps. */
  async check(): Promise<void> {
    for (const login of this.logins) {
      await this.expectStatus(this.call('GET', 'me', login), login.isRevoked ? 401 : 200);
    }
    const live = this.logins.filter(({ isRevoked }) => !isRevoked);
    for (const login of live) {
      const own = live.filter(({ owner }) => owner === login.owner);
      const rows = await this.list(login, 'sessions/list');
      expect(ids(rows)).toEqual(ids(own));
      expect(rows.filter(({ current }) => current)).toHaveLength(1);
    }
    // Each revoked login has left one ending, and no other has.
    await this.app.settled();
    const endings = await this.app.workspace.db
      .collection<{ sessionId: string }>('ws_session_endings')
      .find({ userId: { $in: this.people.map(({ id }) => id) } })
      .toArray();
    expect(ids(endings)).toEqual(ids(this.logins.filter(({ isRevoked }) => isRevoked)));
    expect(endings.filter((ending) => 'pending' in ending)).toEqual([]);
    const admin = live.find(({ owner }) => owner.isAdmin);
    if (admin) expect(ids(await this.list(admin, 'sessions/list.all'))).toEqual(ids(live));
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

  private async expectStatus(answer: Promise<HttpAnswer>, status: number): Promise<void> {
    expect((await answer).status).toBe(status);
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

describe('any sequence of sign-ins, lists and revocations', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('keeps listed sessions usable, revoked ones unusable, and every user within their own', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
        await app.workspace.db.collection('rocketchat_sessions').deleteMany({});
        const model = await Model.start(app);
        for (const next of steps) {
          await model.run(next);
          app.clock.advance({ seconds: 1 });
        }
        await model.check();
      }),
      { numRuns: RUNS },
    );
  }, 120_000);
});
