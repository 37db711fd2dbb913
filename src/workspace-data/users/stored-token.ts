/** A token of a login; it expires. */
export interface StoredLoginToken {
  type?: never;
  when: Date;
  hashedToken: string;
  twoFactorAuthorizedUntil?: Date;
  twoFactorAuthorizedHash?: string;
}

/** A token that a user made for a program; it lives until it is removed. */
export interface StoredPersonalAccessToken {
  type: 'personalAccessToken';
  hashedToken: string;
  createdAt: Date;
  lastTokenPart: string;
  name: string;
  bypassTwoFactor: boolean;
}

/** What a user's `services.resume.loginTokens` holds; a token itself is never stored, only its hash. */
export type StoredToken = StoredLoginToken | StoredPersonalAccessToken;

/** Where that is in a document of `users`. */
export const LOGIN_TOKENS = 'services.resume.loginTokens';

/**
 * The tokens of a stored list. What is stored was written by other programs: it need not be a list, and what has no
 * hash is no token.
 */
export function storedTokens(stored: unknown): StoredToken[] {
  return Array.isArray(stored) ? stored.filter(isToken) : [];
}

function isToken(entry: unknown): entry is StoredToken {
  const { hashedToken } = (entry ?? {}) as Partial<StoredToken>;
  return typeof hashedToken === 'string';
}

export function isPersonalAccessToken(token: StoredToken): token is StoredPersonalAccessToken {
  return token.type === 'personalAccessToken';
}

/** The login tokens beyond the `keep` newest. Personal access tokens are no logins: they never count. */
export function olderLoginTokens(tokens: readonly StoredToken[], keep: number): StoredLoginToken[] {
  return tokens
    .flatMap((token) => (isPersonalAccessToken(token) ? [] : [token]))
    .sort((a, b) => madeAt(b) - madeAt(a))
    .slice(keep);
}

/** A token without a readable date counts as the oldest: it does not work anyway. */
function madeAt({ when }: StoredLoginToken): number {
  return when instanceof Date ? when.getTime() : -Infinity;
}
