import { createHash, randomBytes } from 'node:crypto';
import { hash } from 'bcrypt';
import { mongo } from 'mongoose';
import { generateSecret } from 'otplib';
import { hashLoginToken } from '../../src/auth/login-token';
import { totpCode } from '../../src/two-factor/methods/totp';
import { PUBLISHED_SUCCESS } from '../contract/published';
import { keepSecret } from './canaries';
import { WORKSPACE_INDEXES } from '../../src/workspace-data/workspace-indexes';

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz';

/** An id like those of Rocket.Chat: 17 unambiguous characters. */
export function newId(): string {
  return Array.from(randomBytes(17), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

export interface UserOptions {
  id?: string;
  roles?: string[];
  active?: boolean;
  /** When the login token was created. */
  loggedInAt?: Date;
  totp?: boolean | string;
  /** The secret is pending: no code of it has been submitted yet. */
  enrolling?: boolean;
  /** In plain text; stored as the hashes that Rocket.Chat makes of them. */
  backupCodes?: string[];
  email2fa?: boolean;
  password?: string;
  /** Makes the token a personal access token. */
  personalAccessToken?: { bypassTwoFactor: boolean };
  /** The names of personal access tokens that the user has beside the login. */
  accessTokens?: string[];
  fields?: Record<string, unknown>;
}

/** A user with a token: what a test needs to act as them. */
export interface TestUser {
  id: string;
  token: string;
  secret: string;
  /** The headers of a request by this user, without a second factor. */
  headers: Record<string, string>;
  codeAt(now: Date): string;
}

interface StoredUser {
  _id: string;
  services: { resume: { loginTokens: object[] } };
}

/** Creates the documents of a workspace as Rocket.Chat does. */
export class TestWorkspace {
  constructor(
    readonly db: mongo.Db,
    private readonly now: () => Date,
  ) {}

  /** Creates the indexes of a workspace and grants its permissions to `admin`. */
  async prepare(): Promise<this> {
    for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
      await this.db.collection(collection).createIndexes(indexes);
    }
    await this.setPermission('view-device-management', ['admin']);
    await this.setPermission('logout-device-management', ['admin']);
    await this.setPermission('edit-other-user-totp', ['admin']);
    await this.setPermission('create-personal-access-tokens', ['admin']);
    await this.setPermission('can-audit', ['admin']);
    await this.setPermission('logout-other-user', ['admin']);
    return this;
  }

  async setPermission(permission: string, roles: string[]): Promise<void> {
    await this.db
      .collection<{ _id: string; roles: string[] }>('rocketchat_permissions')
      .updateOne({ _id: permission }, { $set: { roles } }, { upsert: true });
  }

  /** Creates a logged-in user: by default an administrator with TOTP. */
  async createUser(options: UserOptions = {}): Promise<TestUser> {
    const { id = newId(), roles = ['admin'], active = true, totp = true, password } = options;
    const token = newToken();
    const secret = typeof totp === 'string' ? totp : generateSecret();
    const hashedToken = hashLoginToken(token);
    const loginToken = options.personalAccessToken
      ? { ...this.accessToken(token, 'script'), ...options.personalAccessToken }
      : { when: options.loggedInAt ?? this.now(), hashedToken };
    const others = (options.accessTokens ?? []).map((name) => this.accessToken(newToken(), name));
    const digest = sha256(password ?? '');
    keepSecret('a TOTP secret', secret);
    keepSecret('a password', password, password && digest);
    keepSecret('a backup code', options.backupCodes, options.backupCodes?.map(sha256));
    await this.db.collection<{ _id: string }>('users').insertOne({
      _id: id,
      username: `user-${id}`,
      name: `User ${id}`,
      active,
      roles,
      emails: [{ address: `${id}@example.com`, verified: true }],
      createdAt: this.now(),
      services: {
        resume: { loginTokens: [loginToken, ...others] },
        ...(totp !== false && { totp: storedTotp(secret, options, hashedToken, this.now()) }),
        ...(options.email2fa && { email2fa: { enabled: true, changedAt: this.now() } }),
        ...(password !== undefined && { password: { bcrypt: await hash(digest, 4) } }),
      },
      ...options.fields,
    } as { _id: string });
    return {
      id,
      token,
      secret,
      headers: { 'x-user-id': id, 'x-auth-token': token },
      codeAt: (now) => {
        const code = totpCode(secret, now);
        keepSecret('a TOTP code', code);
        return code;
      },
    };
  }

  /** Logs the same user in a second time. */
  async addLogin(user: TestUser): Promise<TestUser> {
    const token = newToken();
    return this.addToken(user, token, { when: this.now(), hashedToken: hashLoginToken(token) });
  }

  /** Adds a personal access token of the same user. */
  async addAccessToken(user: TestUser, fields: Record<string, unknown> = {}): Promise<TestUser> {
    const token = newToken();
    return this.addToken(user, token, { ...this.accessToken(token, 'script'), ...fields });
  }

  private async addToken(user: TestUser, token: string, stored: object): Promise<TestUser> {
    await this.db
      .collection<StoredUser>('users')
      .updateOne({ _id: user.id }, { $push: { 'services.resume.loginTokens': stored } });
    return { ...user, token, headers: { 'x-user-id': user.id, 'x-auth-token': token } };
  }

  private accessToken(token: string, name: string): object {
    return {
      type: 'personalAccessToken',
      hashedToken: hashLoginToken(token),
      createdAt: this.now(),
      lastTokenPart: token.slice(-6),
      name,
      bypassTwoFactor: false,
    };
  }

  /** Creates the published example session and its owner. Returns the session id. */
  async createPublishedSession(): Promise<string> {
    const { sessionId, userId, device, host, ip, loginAt } = PUBLISHED_SUCCESS;
    await this.createUser({ id: userId, fields: { name: 'Rod', username: 'Rod' } });
    await this.createSession({ sessionId, userId, device, host, ip, loginAt: new Date(loginAt) });
    return sessionId;
  }

  /** Creates a session document; `undefined` in `fields` omits a field. Returns what was stored. */
  async createSession(fields: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const sessionId = newId();
    const loginAt = this.now();
    const document = {
      _id: newId(),
      type: 'session',
      sessionId,
      instanceId: 'f0313fa9-ebe6-4a84-8580-3104f6a09988',
      userId: newId(),
      loginToken: hashLoginToken(newId()),
      ip: '192.0.2.7',
      host: 'chat.example.com',
      device: {
        type: 'browser',
        name: 'Firefox',
        longVersion: '115.0',
        os: { name: 'Linux', version: '' },
        version: '115.0',
      },
      roles: ['user'],
      mostImportantRole: 'user',
      loginAt,
      year: loginAt.getUTCFullYear(),
      month: loginAt.getUTCMonth() + 1,
      day: loginAt.getUTCDate(),
      createdAt: loginAt,
      _updatedAt: loginAt,
      ...fields,
    };
    const stored: Record<string, unknown> = Object.fromEntries(
      Object.entries(document).filter(([, value]: [string, unknown]) => value !== undefined),
    );
    keepSecret('the token of a session', stored.loginToken);
    await this.db.collection('rocketchat_sessions').insertOne(stored);
    return stored;
  }
}

function newToken(): string {
  const token = randomBytes(32).toString('base64url');
  keepSecret('a token', token, hashLoginToken(token));
  return token;
}

function storedTotp(
  secret: string,
  { enrolling, backupCodes = [] }: UserOptions,
  tempToken: string,
  now: Date,
): object {
  const tempExpire = new Date(now.getTime() + 600_000);
  if (enrolling) return { enabled: false, tempSecret: secret, tempToken, tempExpire };
  return { enabled: true, secret, hashedBackup: backupCodes.map(sha256) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
