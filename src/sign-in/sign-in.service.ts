import { Injectable } from '@nestjs/common';
import { note, undoIfUnrecorded } from '../audit/request-notes';
import { Caller } from '../auth/caller';
import { CallersService } from '../auth/callers.service';
import { hashLoginToken, newLoginToken } from '../auth/login-token';
import { TokenUses } from '../auth/token-uses';
import { Clock } from '../common/clock/clock';
import { Client } from '../common/http/client';
import { ApiError } from '../common/errors/api-error';
import { stringArray } from '../common/validation/string-array';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { Account, AccountsRepository } from '../workspace-data/users/accounts.repository';
import { isPersonalAccessToken } from '../workspace-data/users/stored-token';
import { LoginRequest } from './login-request';
import { LoginSecondFactorService } from './login-second-factor.service';
import { viewMe } from './me.view';
import { MeView, SignedInUser } from './sign-in.shapes';
import { PasswordLoginService } from './password-login.service';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
import { LOGIN_REFUSED, NO_LOGOUT_OF_TOKEN } from './sign-in.problems';

@Injectable()
export class SignInService {
  constructor(
    private readonly passwordLogin: PasswordLoginService,
    private readonly secondFactor: LoginSecondFactorService,
    private readonly accounts: AccountsRepository,
    private readonly callers: CallersService,
    private readonly uses: TokenUses,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * Logs a user in by password, or returns the token of a live login with its owner.
   * @throws ApiError login-refused, login-blocked, login-second-factor-required, login-second-factor-invalid or
   * second-factor-locked
   */
  async login(request: LoginRequest): Promise<SignedInUser> {
    const askedAt = this.clock.now();
    const { credentials } = request;
    if (!credentials) throw new ApiError(LOGIN_REFUSED);
    if ('resume' in credentials) return this.resume(credentials.resume, request);
    const account = await this.passwordLogin.authenticate(credentials, request.client);
    note(request.client, { userId: account._id, username: account.username });
    const token = newLoginToken();
    const hashedToken = hashLoginToken(token);
    await this.secondFactor.requireSecondFactor(account, hashedToken, request, askedAt);
    await this.store(account, hashedToken, request);
    return signedIn(account, token);
  }

  /**
   * @throws ApiError no-permission for a personal access token: programs rely on it, and its owner removes it elsewhere
   */
  async logout({ id, token }: Caller, client: Client): Promise<{ message: string }> {
    if (isPersonalAccessToken(token)) throw new ApiError(NO_LOGOUT_OF_TOKEN);
    const { hashedToken } = token;
    const revocation = { by: id, reason: 'logout', client } as const;
    await this.lifecycle.revoke({ token: { owner: id, hashedToken, token } }, revocation);
    return { message: "You've been logged out!" };
  }

  /** @throws ApiError not-logged-in if the user has just been removed */
  async me({ id }: Caller): Promise<MeView> {
    const account = await this.accounts.findById(id);
    if (!account) throw new ApiError(NOT_LOGGED_IN);
    return viewMe(account);
  }

  /** A personal access token is no login, so it cannot be resumed. */
  private async resume(token: string, from: LoginRequest): Promise<SignedInUser> {
    const caller = await this.callers.find(token);
    const isLogin = caller && !isPersonalAccessToken(caller.token);
    const account = isLogin ? await this.accounts.findById(caller.id) : undefined;
    if (!caller || !account) throw new ApiError(LOGIN_REFUSED);
    this.uses.report(caller, () => from);
    note(from.client, { userId: account._id, username: account.username });
    return signedIn(account, token);
  }

  /** Session document first, then the token: see `SessionLifecycle.open`. */
  private async store(account: Account, hashedToken: string, request: LoginRequest): Promise<void> {
    const { _id: userId } = account;
    const roles = stringArray(account.roles);
    const { client, host } = request;
    await this.lifecycle.open({ userId, roles, hashedToken, client, host });
    const token = { when: this.clock.now(), hashedToken };
    try {
      const dropped = await this.accounts.addLoginToken(account, token);
      if (!dropped) throw new ApiError(LOGIN_REFUSED);
      // Adding the token dropped the oldest ones; their sessions end here.
      const revocation = { by: userId, reason: 'login-limit', client } as const;
      await this.lifecycle.recordRevoked(userId, dropped, revocation);
      undoIfUnrecorded(client, () => this.lifecycle.abandon(userId, hashedToken));
    } catch (error) {
      // The login failed, so its session document must not stay listed as live.
      await this.lifecycle.abandon(userId, hashedToken);
      throw error;
    }
  }
}

function signedIn(account: Account, authToken: string): SignedInUser {
  return { userId: account._id, authToken, me: viewMe(account) };
}
