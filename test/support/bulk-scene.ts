import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { IndexScene } from './index-scene';
import { StoredEnding } from './lifecycle-scene';
import { newId, TestUser } from './workspace';

/** Where the service finds what a selector means. */
export const SOURCES = ["the workspace's documents", 'the index'] as const;

export interface Preview {
  matched: number;
  users: number;
  sessions: { sessionId: string }[];
  confirm: string;
  confirmExpires: string;
}

export interface Outcome {
  matched: number;
  ended: number;
  remaining: number;
}

/** A service with an administrator who needs no second factor, and sessions to end in bulk. */
export class BulkScene {
  private constructor(
    readonly app: TestApp,
    readonly admin: TestUser,
    private readonly index: IndexScene | undefined,
  ) {}

  static async start(source: (typeof SOURCES)[number]): Promise<BulkScene> {
    const app = await TestApp.start();
    const admin = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
    });
    const index = source === 'the index' ? new IndexScene(app) : undefined;
    if (index) app.onOneInstance('the test keeps the index of one');
    await index?.use();
    return new BulkScene(app, admin, index);
  }

  post(body: object, by: TestUser = this.admin, where: TestApp = this.app): Promise<HttpAnswer> {
    return where.call('/api/v1/sessions/logout.bulk', {
      method: 'POST',
      headers: { ...by.headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  async preview(selector: object, by?: TestUser): Promise<Preview> {
    const { status, body } = await this.post({ selector, dryRun: true }, by);
    expect(status).toBe(200);
    return body as Preview;
  }

  async end(selector: object, confirm: string, more: object = {}, by?: TestUser): Promise<Outcome> {
    const { status, body } = await this.post({ selector, confirm, ...more }, by);
    expect(status).toBe(200);
    return body as Outcome;
  }

  /** A document as another program writes it; the index has learnt of it. */
  async createSession(fields: Record<string, unknown> = {}): Promise<string> {
    const { sessionId, loginToken, userId } = await this.app.workspace.createSession(fields);
    await this.learn([{ token: String(loginToken), owner: userId }]);
    return String(sessionId);
  }

  /** Somebody without a second factor, whose token has a session. */
  async createUser(
    fields: Record<string, unknown> = {},
  ): Promise<TestUser & { sessionId: string }> {
    const user = await this.app.workspace.createUser({ roles: ['user'], totp: false });
    const login = { userId: user.id, loginToken: hashLoginToken(user.token) };
    return { ...user, sessionId: await this.createSession({ ...login, ...fields }) };
  }

  /** Many sessions at once, each of another user; the first one began first. */
  async createMany(count: number, fields: Record<string, unknown> = {}): Promise<string[]> {
    const template = await this.app.workspace.createSession({ loginToken: '', ...fields });
    const from = this.app.clock.now().getTime() - count;
    const documents = Array.from({ length: count }, (_, n) => ({
      ...template,
      _id: newId(),
      sessionId: newId(),
      userId: newId(),
      loginToken: hashLoginToken(newId()),
      loginAt: new Date(from + n),
    }));
    await this.app.workspace.db
      .collection<{ _id: string }>('rocketchat_sessions')
      .insertMany(documents);
    await this.learn(documents.map(({ loginToken: token, userId: owner }) => ({ token, owner })));
    return documents.map(({ sessionId }) => sessionId);
  }

  /** The ids of the sessions that are live by the workspace's records. */
  async live(): Promise<string[]> {
    const open = { logoutAt: null, loginToken: { $gt: '' } };
    const found = await this.app.workspace.db
      .collection('rocketchat_sessions')
      .find<{ sessionId: string }>(open)
      .toArray();
    return [...new Set(found.map(({ sessionId }) => sessionId))].sort();
  }

  /** All endings, with their audit records stored. */
  async endings(): Promise<StoredEnding[]> {
    await this.app.settled();
    return this.app.workspace.db.collection<StoredEnding>('ws_session_endings').find().toArray();
  }

  /** The audit records of endings, by the id of the session. */
  async records(): Promise<Map<string, Record<string, unknown>[]>> {
    await this.app.settled();
    const records = new Map<string, Record<string, unknown>[]>();
    const stored = this.app.workspace.db.collection<StoredRecord>('ws_audit');
    for (const { actor, data } of await stored.find({ _id: /^ending-/ }).toArray()) {
      const values = Object.fromEntries(data.map(({ key, value }) => [key, value]));
      const id = String(values.sessionId);
      records.set(id, [...(records.get(id) ?? []), { ...values, by: actor._id }]);
    }
    return records;
  }

  async clear(): Promise<void> {
    await this.app.settled();
    for (const name of ['rocketchat_sessions', 'ws_session_endings', 'ws_live_sessions']) {
      await this.app.workspace.db.collection(name).deleteMany({});
    }
  }

  private async learn(logins: { token: string; owner: unknown }[]): Promise<void> {
    await this.index?.projector.projectChanged({ logins });
  }
}

interface StoredRecord {
  _id: string;
  actor: { _id?: string };
  data: { key: string; value: unknown }[];
}
