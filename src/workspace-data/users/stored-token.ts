export interface StoredLoginToken {
  type?: never;
  when: Date;
  hashedToken: string;
  twoFactorAuthorizedUntil?: Date;
  twoFactorAuthorizedHash?: string;
}

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

/** Other programs wrote the list: it may be anything, and an element without a hash is no token. */
export function storedTokens(stored: unknown): StoredToken[] {
  return Array.isArray(stored) ? stored.filter(isToken) : [];
}

/**
 * As `storedTokens`, and also a single token in place of the list. It does not work here, but other programs look
 * tokens up by their hash alone, so a revocation must see it.
 */
export function revocableTokens(stored: unknown): StoredToken[] {
  return [stored].flat().filter(isToken);
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
    .sort((a, b) => issuedAt(b) - issuedAt(a))
    .slice(keep);
}

/** A token without a readable date does not work, so it counts as the oldest. */
function issuedAt({ when }: StoredLoginToken): number {
  return when instanceof Date ? when.getTime() : -Infinity;
}
