import { mongo } from 'mongoose';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { TestUser, UserOptions } from './workspace';

const obstacle = (message: string, errorType: string): { status: number; text: string } => ({
  status: 400,
  text: JSON.stringify({ success: false, error: `${message} [${errorType}]`, errorType }),
});
export const ALREADY_EXISTS = obstacle(
  'A token with this name already exists',
  'error-token-already-exists',
);
export const DOES_NOT_EXIST = obstacle('Token does not exist', 'error-token-does-not-exists');
export const TOO_MANY = obstacle('There are too many tokens', 'error-too-many-tokens');

interface StoredUser {
  _id: string;
  services: { resume: { loginTokens: Record<string, unknown>[] } };
}

/** The service and a user who changes personal access tokens, with a right code in each request. */
export class AccessTokenScene {
  private constructor(
    readonly app: TestApp,
    public user: TestUser,
  ) {}

  static async start(): Promise<AccessTokenScene> {
    const app = await TestApp.start();
    return new AccessTokenScene(app, await app.workspace.createUser());
  }

  /** Before each test: a new user at the start of a time step. */
  async begin(): Promise<void> {
    this.app.clock.startStep();
    this.user = await this.create();
  }

  create(options: UserOptions = {}): Promise<TestUser> {
    return this.app.workspace.createUser(options);
  }

  post(path: string, body: unknown, by = this.user): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/users.${path}PersonalAccessToken`, {
      method: 'POST',
      headers: {
        ...by.headers,
        'x-2fa-code': by.codeAt(this.app.clock.now()),
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
  }

  generate(tokenName: string, bypassTwoFactor?: boolean, by = this.user): Promise<HttpAnswer> {
    const body = { tokenName, ...(bypassTwoFactor !== undefined && { bypassTwoFactor }) };
    return this.post('generate', body, by);
  }

  regenerate(tokenName: string, by = this.user): Promise<HttpAnswer> {
    return this.post('regenerate', { tokenName }, by);
  }

  remove(tokenName: string, by = this.user): Promise<HttpAnswer> {
    return this.post('remove', { tokenName }, by);
  }

  list(by = this.user): Promise<HttpAnswer> {
    return this.app.call('/api/v1/users.getPersonalAccessTokens', { headers: by.headers });
  }

  async names(): Promise<unknown[]> {
    const { tokens } = (await this.list()).body as { tokens: { name: unknown }[] };
    return tokens.map(({ name }) => name);
  }

  /** The same user through the token of an answer. */
  through({ body }: HttpAnswer): TestUser {
    const { token } = body as { token: string };
    const headers = { 'x-user-id': this.user.id, 'x-auth-token': token };
    return { ...this.user, token, headers };
  }

  me(by: TestUser): Promise<HttpAnswer> {
    return this.app.call('/api/v1/me', { headers: by.headers });
  }

  users(): mongo.Collection<StoredUser> {
    return this.app.workspace.db.collection<StoredUser>('users');
  }

  async storedTokens(): Promise<Record<string, unknown>[]> {
    const stored = await this.users().findOne({ _id: this.user.id });
    return stored?.services.resume.loginTokens ?? [];
  }

  async setTokens(change: (tokens: Record<string, unknown>[]) => unknown[]): Promise<void> {
    const loginTokens = change(await this.storedTokens());
    await this.users().updateOne(
      { _id: this.user.id },
      { $set: { 'services.resume.loginTokens': loginTokens } },
    );
  }
}
