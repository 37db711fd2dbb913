import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { hashLoginToken, newLoginToken } from '../auth/login-token';
import { Clock } from '../common/clock/clock';
import { AccessTokenObstacle, ApiError } from '../common/errors/api-error';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { PersonalAccessTokensRepository } from '../workspace-data/users/personal-access-tokens.repository';
import { StoredPersonalAccessToken, StoredToken } from '../workspace-data/users/stored-token';
import { AccessTokenView, viewAccessToken } from './access-token.view';
import { NewTokenParameters } from './dto/new-token.parameters';

/** A token. It is shown here and never again. */
export interface NewToken {
  token: string;
}

/** How many characters of a token are kept to tell it by, as in the original. */
const SHOWN_CHARACTERS = 6;

/** The personal access tokens of whoever asks: tokens with which programs act as them. */
@Injectable()
export class AccessTokensService {
  constructor(
    private readonly tokens: PersonalAccessTokensRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a token.
   * @throws ApiError access-token-obstacle already-exists or too-many; not-logged-in when the caller has been logged out
   * a moment ago
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
    throw obstacle((await this.stored(caller)).some(isNamedSo) ? 'already-exists' : 'too-many');
  }

  /**
   * Makes a new token in the place of an old one, which works no more when this returns.
   * @throws ApiError access-token-obstacle does-not-exist; not-logged-in as `generate`
   */
  async regenerate(caller: Caller, name: string): Promise<NewToken> {
    const [token, stored] = this.newToken();
    await this.end(caller, await this.tokens.replace(caller, name, stored));
    return { token };
  }

  /**
   * Ends a token: it works no more when this returns.
   * @throws ApiError as `regenerate`
   */
  async remove(caller: Caller, name: string): Promise<void> {
    await this.end(caller, await this.tokens.remove(caller, name));
  }

  /**
   * All tokens of the caller, in the order in which they were made.
   * @throws ApiError not-logged-in when the caller has been logged out a moment ago
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
   * Tells of tokens that have just been revoked. They have gone with the change itself, but for one that shared its name
   * with another: it goes here.
   */
  private async end(caller: Caller, ended: StoredToken[] | undefined): Promise<void> {
    if (ended) {
      await this.lifecycle.recordRevoked(caller.id, ended, { by: caller.id, reason: 'logout' });
      return;
    }
    await this.stored(caller);
    throw obstacle('does-not-exist');
  }

  private async stored(caller: Caller): Promise<StoredPersonalAccessToken[]> {
    const tokens = await this.tokens.list(caller);
    if (!tokens) throw new ApiError({ kind: 'not-logged-in' });
    return tokens;
  }
}

function obstacle(reason: AccessTokenObstacle): ApiError {
  return new ApiError({ kind: 'access-token-obstacle', obstacle: reason });
}
