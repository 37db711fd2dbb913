export interface StoredLoginToken {
  type?: never;
  when: Date;
  hashedToken: string;
  twoFactorAuthorizedUntil?: Date;
  twoFactorAuthorizedHash?: string;
}

/** A token that a user created for a program; it never expires. */
export interface StoredPersonalAccessToken {
  type: 'personalAccessToken';
  hashedToken: string;
  createdAt: Date;
  lastTokenPart: string;
  name: string;
  bypassTwoFactor: boolean;
}

/** An element of `services.resume.loginTokens`. Tokens are stored as hashes only. */
export type StoredToken = StoredLoginToken | StoredPersonalAccessToken;

export const LOGIN_TOKENS = 'services.resume.loginTokens';

/**
 * The tokens of a stored list. Other programs wrote it: it may not be a list, and an element without a hash is no
 * token.
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

/** The login tokens beyond the `keep` newest. Personal access tokens never count. */
export function olderLoginTokens(tokens: readonly StoredToken[], keep: number): StoredLoginToken[] {
  return tokens
    .flatMap((token) => (isPersonalAccessToken(token) ? [] : [token]))
    .sort((a, b) => madeAt(b) - madeAt(a))
    .slice(keep);
}

/** A token without a readable date does not work, so it counts as the oldest. */
function madeAt({ when }: StoredLoginToken): number {
  return when instanceof Date ? when.getTime() : -Infinity;
}
