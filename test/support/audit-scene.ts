import { mongo } from 'mongoose';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { TestUser } from './workspace';

export interface AuditEvent extends mongo.Document {
  _id: string;
  t: string;
  ts: string;
  actor: Record<string, string>;
  data: { key: string; value: unknown }[];
}

export interface AuditAnswer extends Omit<HttpAnswer, 'body'> {
  body: {
    events: AuditEvent[];
    count: number;
    offset: number;
    total: number;
    nextCursor?: string | null;
  };
}

/** A service, and someone who may read its audit trail without a code. */
export class AuditScene {
  private constructor(
    readonly app: TestApp,
    readonly auditor: TestUser,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<AuditScene> {
    const app = await TestApp.start(env);
    const bypassing = { bypassTwoFactor: true };
    return new AuditScene(app, await app.workspace.createUser({ personalAccessToken: bypassing }));
  }

  /** `audit.sessions` with these parameters. */
  async read(
    parameters: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<AuditAnswer> {
    const path = `/api/v1/audit.sessions?${new URLSearchParams(parameters).toString()}`;
    return (await this.app.call(path, {
      headers: { ...this.auditor.headers, ...headers },
    })) as AuditAnswer;
  }

  /** The stored records, oldest first. */
  async stored(): Promise<AuditEvent[]> {
    await this.app.settled();
    const records = this.app.workspace.db.collection<AuditEvent>('ws_audit');
    return records.find().sort({ ts: 1, _id: 1 }).toArray();
  }

  /** Stores records of another process, a second apart from this moment on. */
  async fill(
    from: Date,
    count: number,
    of: (n: number) => Partial<{ _id: string; t: string; keys: string[]; data: object[] }>,
  ): Promise<void> {
    const records = Array.from({ length: count }, (_, n) => ({
      _id: `filled-${String(n).padStart(6, '0')}`,
      t: 'login',
      ts: new Date(from.getTime() + n * 1000),
      actor: { type: 'user', _id: 'someone', ip: '192.0.2.1', useragent: 'test' },
      data: [{ key: 'result', value: 'ok' }],
      keys: ['t:login', 'actor:someone'],
      expiresAt: new Date('2999-01-01'),
      ...of(n),
    }));
    await this.app.workspace.db.collection('ws_audit').insertMany(records as never[]);
  }
}

/** What the `data` of an event says. */
export function dataOf({ data }: Pick<AuditEvent, 'data'>): Record<string, unknown> {
  return Object.fromEntries(data.map(({ key, value }) => [key, value]));
}
