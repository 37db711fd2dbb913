import { createHash } from 'node:crypto';
import { TestApp } from './app';
import { typedRefusal } from './expectations';
import { HttpAnswer } from './http';
import { TestUser, UserOptions } from './workspace';

export const ALREADY_ENABLED = typedRefusal('TOTP is already enabled [error-2fa-already-enabled]');
export const NOT_ENABLED = typedRefusal('TOTP is not enabled [error-2fa-not-enabled]');
export const NOT_BEGUN = typedRefusal(
  'There is no TOTP enrolment to validate [error-2fa-not-begun]',
);
export const CHANGED = typedRefusal(
  'TOTP has just been changed by another request [error-2fa-changed]',
);

export interface StoredUser {
  _id: string;
  services: { totp?: unknown; resume: { loginTokens: { hashedToken: string }[] } };
}

/** A user and the requests that change their TOTP. */
export class TotpUser {
  constructor(
    readonly app: TestApp,
    readonly user: TestUser,
    /** Stands in for a second factor before enrolment, if the user has one. */
    private readonly password = '',
  ) {}

  static async create(app: TestApp, options: UserOptions = {}): Promise<TotpUser> {
    const user = await app.workspace.createUser({ roles: [], ...options });
    return new TotpUser(app, user, options.password);
  }

  ask(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer> {
    return this.app.call(`/api/v1/${path}`, {
      method,
      headers: {
        ...this.user.headers,
        ...headers,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  enable(): Promise<HttpAnswer> {
    return this.ask('POST', 'users.enableTotp', undefined, { 'x-2fa-code': this.password });
  }
  validate(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.validateTotp', { code });
  }
  disable(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.disableTotp', { code });
  }
  regenerate(code: string): Promise<HttpAnswer> {
    return this.ask('POST', 'users.regenerateTotpCodes', { code });
  }
  remaining(): Promise<HttpAnswer> {
    return this.ask('GET', 'users.totpCodesRemaining');
  }

  /** The current code of the user's secret. */
  code(): string {
    return this.user.codeAt(this.app.clock.now());
  }

  async stored(): Promise<StoredUser> {
    const users = this.app.workspace.db.collection<StoredUser>('users');
    const user = await users.findOne({ _id: this.user.id });
    if (!user) throw new Error('The user has gone.');
    return user;
  }

  setTotp(totp: unknown): Promise<unknown> {
    return this.app.workspace.db
      .collection<StoredUser>('users')
      .updateOne({ _id: this.user.id }, { $set: { 'services.totp': totp } });
  }
}

export const secretOf = ({ body }: HttpAnswer): string => (body as { secret: string }).secret;
export const codesOf = (answer: HttpAnswer | undefined): string[] =>
  (answer?.body as { codes: string[] }).codes;
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
