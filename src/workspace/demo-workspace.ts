import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { generateSecret } from 'otplib';
import { hashLoginToken, newLoginToken } from '../auth/login-token';
import { Clock } from '../common/clock';
import { Configuration } from '../config/configuration';
import { SecretSeal } from '../seal/secret-seal';
import { ADMINISTRATOR, DEMO_PEOPLE, DemoPerson } from './demo-people';
import { hashNewPassword } from './password';
import { WorkspaceFoundation } from './workspace-foundation';

/** What it takes to act as the demo's administrator. Made anew at each start; nothing of it is in the code. */
export interface DemoCredentials {
  username: string;
  password: string;
  userId: string;
  authToken: string;
  totpSecret: string;
}

/** A workspace to try the service with: a handful of people on different devices and an administrator. */
@Injectable()
export class DemoWorkspace {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly foundation: WorkspaceFoundation,
    private readonly seal: SecretSeal,
    private readonly clock: Clock,
    private readonly config: Configuration,
  ) {}

  /**
   * Fills the embedded database.
   * @throws Error when there is a real one: demo credentials never enter a workspace
   */
  async seed(): Promise<DemoCredentials> {
    if (this.config.isProduction || this.config.MONGODB_URI !== undefined) {
      throw new Error('The demo workspace lives on the embedded database only.');
    }
    await this.foundation.lay();
    const credentials = {
      username: ADMINISTRATOR.username,
      password: randomBytes(12).toString('base64url'),
      userId: ADMINISTRATOR.id,
      authToken: newLoginToken(),
      totpSecret: generateSecret(),
    };
    for (const person of DEMO_PEOPLE) {
      await this.createPerson(person, person === ADMINISTRATOR ? credentials : undefined);
    }
    return credentials;
  }

  private async createPerson(person: DemoPerson, credentials?: DemoCredentials): Promise<void> {
    const { id, username, name, roles, session } = person;
    const token = credentials?.authToken ?? newLoginToken();
    const hashedToken = hashLoginToken(token);
    const when = credentials ? this.clock.now() : session.loginAt;
    const secrets = credentials && {
      password: { bcrypt: await hashNewPassword(credentials.password) },
      totp: { enabled: true, secret: this.seal.seal(id, credentials.totpSecret) },
    };
    await this.insert('users', [
      {
        _id: id,
        username,
        name,
        active: true,
        roles,
        emails: [{ address: `${username.toLowerCase()}@example.com`, verified: true }],
        createdAt: session.loginAt,
        services: {
          resume: { loginTokens: [{ when, hashedToken }] },
          ...secrets,
        },
      },
    ]);
    await this.insert('rocketchat_sessions', [sessionDocument(person, hashedToken)]);
  }

  /** The native collection: ids are text here, and the models of other rooms are theirs. */
  private async insert(collection: string, documents: object[]): Promise<void> {
    await this.connection.collection(collection).insertMany(documents);
  }
}

function sessionDocument({ id, roles, session }: DemoPerson, loginToken: string): object {
  const { loginAt, device } = session;
  return {
    _id: `demo-${session.id}`,
    type: 'session',
    sessionId: session.id,
    instanceId: 'demo',
    userId: id,
    loginToken,
    ip: session.ip,
    host: session.host,
    device,
    roles,
    mostImportantRole: roles[0],
    loginAt,
    year: loginAt.getUTCFullYear(),
    month: loginAt.getUTCMonth() + 1,
    day: loginAt.getUTCDate(),
    createdAt: loginAt,
    _updatedAt: loginAt,
  };
}
