import { getModelToken } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { AuditRecordsRepository } from '../../src/audit/audit-records.repository';
import { hashLoginToken } from '../../src/auth/login-token';
import { SessionLifecycle } from '../../src/session-lifecycle/session-lifecycle.service';
import { TestApp } from './app';
import { newId, TestUser, UserOptions } from './workspace';

/** An ending as it is stored. */
export interface StoredEnding extends mongo.Document {
  _id: string;
  sessionId?: string;
  userId?: string;
  endedAt: Date;
  endedBy: string;
  reason: string;
  pending?: object;
}

interface StoredSession extends mongo.Document {
  loginToken?: string;
  logoutAt?: Date;
  logoutBy?: string;
}

/** The statements of a revocation, in their order, by the model and its method. */
export const STATEMENTS = ['ending', 'token', 'documents', 'record', 'settling'] as const;
export type Statement = (typeof STATEMENTS)[number];

/** A service, and people with sessions in it. */
export class LifecycleScene {
  private constructor(readonly app: TestApp) {}

  static async start(): Promise<LifecycleScene> {
    return new LifecycleScene(await TestApp.start());
  }

  /** The same in a service that a test has started otherwise. */
  static of(app: TestApp): LifecycleScene {
    return new LifecycleScene(app);
  }

  get lifecycle(): SessionLifecycle {
    return this.app.app.get(SessionLifecycle, { strict: false });
  }

  /** Somebody without a second factor. */
  createUser(options: UserOptions = {}): Promise<TestUser> {
    return this.app.workspace.createUser({ roles: ['user'], totp: false, ...options });
  }

  /** A session of the user's token, with two documents. */
  async createSession(user: TestUser, fields: Record<string, unknown> = {}): Promise<string> {
    const sessionId = newId();
    const document = { sessionId, userId: user.id, loginToken: hashLoginToken(user.token) };
    await this.app.workspace.createSession({ ...document, ...fields });
    await this.app.workspace.createSession({ ...document, ...fields });
    return sessionId;
  }

  async isUsable({ headers }: TestUser): Promise<boolean> {
    const { status } = await this.app.call('/api/v1/me', { headers });
    return status === 200;
  }

  /** All endings. */
  async endings(): Promise<StoredEnding[]> {
    return this.app.workspace.db.collection<StoredEnding>('ws_session_endings').find().toArray();
  }

  /** The session documents of a user. */
  async documents({ id }: TestUser): Promise<StoredSession[]> {
    const sessions = this.app.workspace.db.collection<StoredSession>('rocketchat_sessions');
    return sessions.find({ userId: id }).toArray();
  }

  /** The ids of the audit records of a session that ended. */
  async records(sessionId: string): Promise<string[]> {
    const records = this.app.workspace.db.collection<{ _id: string }>('ws_audit');
    const found = await records.find({ keys: `sessionId:${sessionId}` }).toArray();
    return found.map(({ _id }) => _id);
  }

  async clear(): Promise<void> {
    await this.app.workspace.db.collection('ws_session_endings').deleteMany({});
    await this.app.workspace.db.collection('rocketchat_sessions').deleteMany({});
  }

  /** Makes a statement of a revocation fail once. `after`: it is done, and its answer is lost. */
  break(statement: Statement, when: 'before' | 'after'): jest.SpyInstance {
    const [target, method] = this.statement(statement);
    const original = target[method]?.bind(target);
    if (!original) throw new Error(`There is no ${method}.`);
    return jest.spyOn(target, method).mockImplementationOnce(async (...args: unknown[]) => {
      if (when === 'after') await original(...args);
      throw new Error('power cut');
    });
  }

  /** Makes the statement fail once that stores the token of a login. */
  breakStoring(): jest.SpyInstance {
    const users = this.app.app.get<Model<unknown>>(getModelToken('User'), { strict: false });
    return jest.spyOn(users, 'findOneAndUpdate').mockImplementationOnce(() => {
      throw new Error('power cut');
    });
  }

  private statement(
    statement: Statement,
  ): [Record<string, (...args: unknown[]) => Promise<unknown>>, string] {
    const model = (name: string): Model<unknown> =>
      this.app.app.get<Model<unknown>>(getModelToken(name), { strict: false });
    switch (statement) {
      case 'ending':
        return [model('SessionEnding').collection as never, 'insertMany'];
      case 'token':
        return [model('User') as never, 'bulkWrite'];
      case 'documents':
        return [model('Session') as never, 'bulkWrite'];
      case 'record':
        return [this.app.app.get<never>(AuditRecordsRepository, { strict: false }), 'insert'];
      case 'settling':
        return [model('SessionEnding') as never, 'bulkWrite'];
    }
  }
}
