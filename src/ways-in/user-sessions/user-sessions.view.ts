import {
  isPersonalAccessToken,
  StoredPersonalAccessToken,
  StoredToken,
} from '../../workspace-data/users/stored-token';
import { TokenHolder } from '../../workspace-data/users/user-tokens.repository';
import { UsedAccessTokenView, UserView } from './user-sessions.shapes';

type AnyOf<T> = Partial<Record<keyof T, unknown>>;

/** Other programs write users and tokens, so any field but the id may hold anything. */
export function viewUser({ id, username, name, active }: TokenHolder): UserView {
  return {
    _id: id,
    ...(typeof username === 'string' && { username }),
    ...(typeof name === 'string' && { name }),
    active,
  };
}

/** Every token that works must be shown, whatever its other fields hold. */
export function viewUsedAccessToken(
  token: StoredPersonalAccessToken,
  lastUsedAt: Date | undefined,
): UsedAccessTokenView {
  const { name, createdAt, lastTokenPart, bypassTwoFactor } =
    token as AnyOf<StoredPersonalAccessToken>;
  return {
    name: textOrNull(name),
    createdAt: createdAt instanceof Date ? createdAt : null,
    lastTokenPart: textOrNull(lastTokenPart),
    bypassTwoFactor: bypassTwoFactor === true,
    lastUsedAt: lastUsedAt ?? null,
  };
}

/** The logins whose second factor is remembered, the longest first. */
export function rememberedAmong(
  tokens: readonly StoredToken[],
  now: Date,
): { hashedToken: string; until: Date }[] {
  return tokens
    .flatMap((token) => {
      if (isPersonalAccessToken(token)) return [];
      const { hashedToken, twoFactorAuthorizedUntil: until } = token;
      return until instanceof Date && until > now ? [{ hashedToken, until }] : [];
    })
    .sort((a, b) => b.until.getTime() - a.until.getTime());
}

function textOrNull(stored: unknown): string | null {
  return typeof stored === 'string' ? stored : null;
}
