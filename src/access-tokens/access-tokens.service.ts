import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { hashLoginToken, newLoginToken } from '../auth/login-token';
import { Clock } from '../common/clock/clock';
import { ApiError } from '../common/errors/api-error';
import { Client } from '../common/http/client';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { PersonalAccessTokensRepository } from '../workspace-data/users/personal-access-tokens.repository';
import { StoredPersonalAccessToken, StoredToken } from '../workspace-data/users/stored-token';
import { AccessTokenView, NewToken } from './access-token.shapes';
import { viewAccessToken } from './access-token.view';
import { NewTokenParameters } from './dto/new-token.parameters';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
import {
  TOKEN_ALREADY_EXISTS,
  TOKEN_DOES_NOT_EXIST,
  TOO_MANY_TOKENS,
} from './access-token.problems';

/** How many characters of a token stay visible, as in Rocket.Chat. */
const SHOWN_CHARACTERS = 6;

/** The caller's personal access tokens, with which programs act as that user. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly tokens: PersonalAccessTokensRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * @throws ApiError access-token-obstacle already-exists or too-many; not-logged-in if the caller has just been logged
   * out
   */
  async generate(
    caller: Caller,
    { tokenName: name, bypassTwoFactor }: NewTokenParameters,
  ): Promise<NewToken> {
    const [token, stored] = this.newToken();
    const isAdded = await this.tokens.add(caller, {
      type: 'personalAccessToken',
      ...stored,
      name,
      bypassTwoFactor,
    });
    if (isAdded) return { token };
    const isNamedSo = (other: StoredPersonalAccessToken): boolean => other.name === name;
    const isTaken = (await this.stored(caller)).some(isNamedSo);
    throw new ApiError(isTaken ? TOKEN_ALREADY_EXISTS : TOO_MANY_TOKENS);
  }

  /**
   * The old token is revoked when this returns.
   * @throws ApiError access-token-obstacle does-not-exist; not-logged-in as `generate`
   */
  async regenerate(caller: Caller, name: string, client: Client): Promise<NewToken> {
    const [token, stored] = this.newToken();
    await this.end(caller, await this.tokens.replace(caller, name, stored), client);
    return { token };
  }

  /**
   * The token is revoked when this returns.
   * @throws ApiError as `regenerate`
   */
  async remove(caller: Caller, name: string, client: Client): Promise<void> {
    await this.end(caller, await this.tokens.remove(caller, name), client);
  }

  /**
   * In order of creation.
   * @throws ApiError not-logged-in if the caller has just been logged out
   */
  async list(caller: Caller): Promise<AccessTokenView[]> {
    return (await this.stored(caller)).map(viewAccessToken);
  }

  private newToken(): [
    token: string,
    stored: Pick<StoredPersonalAccessToken, 'hashedToken' | 'createdAt' | 'lastTokenPart'>,
  ] {
    const token = newLoginToken();
    const lastTokenPart = token.slice(-SHOWN_CHARACTERS);
    return [
      token,
      { hashedToken: hashLoginToken(token), createdAt: this.clock.now(), lastTokenPart },
    ];
  }

  /**
   * Records the endings of tokens that the change has removed. Another token with the same name may be left; it is
   * removed here.
   */
  private async end(
    caller: Caller,
    ended: StoredToken[] | undefined,
    client: Client,
  ): Promise<void> {
    if (ended) {
      const revocation = { by: caller.id, reason: 'logout', client } as const;
      await this.lifecycle.recordRevoked(caller.id, ended, revocation);
      return;
    }
    await this.stored(caller);
    throw new ApiError(TOKEN_DOES_NOT_EXIST);
  }

  private async stored(caller: Caller): Promise<StoredPersonalAccessToken[]> {
    const tokens = await this.tokens.list(caller);
    if (!tokens) throw new ApiError(NOT_LOGGED_IN);
    return tokens;
  }
}
