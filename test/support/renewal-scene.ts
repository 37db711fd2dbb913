import { mongo } from 'mongoose';
import { hashLoginToken } from '../../src/auth/login-token';
import { TestApp } from './app';
import { describeCommand } from './explain';
import { HttpAnswer } from './http';
import { TestUser } from './workspace';

/** The password of every user that has one. */
export const PASSWORD = 'correct horse';

/** The configuration of the service: with so long a lifetime no token expires before its document does. */
export const ENV = { LOGIN_EXPIRATION_DAYS: '400' };

/** A route that only looks up the caller. */
const ROUTE = '/api/v1/users.totpCodesRemaining';
const DAY_MS = 24 * 60 * 60 * 1000;

/** A stored session document. */
export type SessionDocument = Record<string, unknown> & { _id: unknown; sessionId: string };

/** What a request needs of its user. */
type Client = Pick<TestUser, 'headers'>;

/** The service with users who logged in days ago, and their session documents. */
export class RenewalScene {
  private constructor(readonly app: TestApp) {}

  static async start(): Promise<RenewalScene> {
    return new RenewalScene(await TestApp.start(ENV));
  }

  /** The collection of session documents. */
  sessions(): mongo.Collection<SessionDocument> {
    return this.app.workspace.db.collection<SessionDocument>('rocketchat_sessions');
  }

  /** The session documents of the user's token. */
  sessionsOf({ token }: TestUser): Promise<SessionDocument[]> {
    return this.sessions()
      .find({ loginToken: hashLoginToken(token) })
      .toArray();
  }

  daysAgo(days: number): Date {
    return new Date(this.app.clock.now().getTime() - days * DAY_MS);
  }

  /** Sends a request and waits for the background work that it starts. */
  async use(
    { headers }: Client,
    more: Record<string, string> = {},
    by = this.app,
  ): Promise<HttpAnswer> {
    const answer = await by.call(ROUTE, { headers: { ...headers, ...more } });
    await by.settled();
    return answer;
  }

  /** The ids of the user's live sessions, as `sessions/list` answers them. */
  async listOf({ headers }: Client): Promise<string[]> {
    const { body } = await this.app.call('/api/v1/sessions/list', { headers });
    await this.app.settled();
    return (body as { sessions: { sessionId: string }[] }).sessions.map((row) => row.sessionId);
  }

  /** The names and collections of the database commands during `action`. */
  async commandsOf(action: () => Promise<unknown>): Promise<string[]> {
    return (await this.app.commandsDuring(action)).map(describeCommand);
  }

  /** Creates a user who logged in this many days ago. */
  userLoggedIn(days: number, fields: object = {}): Promise<TestUser> {
    return this.app.workspace.createUser({
      roles: ['user'],
      loggedInAt: this.daysAgo(days),
      ...fields,
    });
  }

  /** Creates a session document of the user's token that is this many days old. Returns its session id. */
  async createSession(user: TestUser, days: number, fields: object = {}): Promise<string> {
    const at = this.daysAgo(days);
    const { sessionId } = await this.app.workspace.createSession({
      userId: user.id,
      loginToken: hashLoginToken(user.token),
      loginAt: at,
      ...{ createdAt: at, _updatedAt: at, closedAt: at, lastActivityAt: at },
      ...{ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() },
      ...fields,
    });
    return String(sessionId);
  }

  /** Logs in with the password. */
  async login(user: TestUser): Promise<Client> {
    const { body } = await this.app.login({ user: `user-${user.id}`, password: PASSWORD });
    const { userId, authToken } = (body as { data: { userId: string; authToken: string } }).data;
    return { headers: { 'x-user-id': userId, 'x-auth-token': authToken } };
  }
}
