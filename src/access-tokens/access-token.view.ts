import { AccessTokenView } from './access-token.shapes';
import { StoredPersonalAccessToken } from '../workspace-data/users/stored-token';

/** What is stored was written by other programs, and a token that works is listed whatever else there is about it. */
export function viewAccessToken(token: StoredPersonalAccessToken): AccessTokenView {
  const { name, createdAt, lastTokenPart, bypassTwoFactor } = token as Partial<
    Record<keyof StoredPersonalAccessToken, unknown>
  >;
  return {
    name: textOrNull(name),
    createdAt: createdAt instanceof Date ? createdAt : null,
    lastTokenPart: textOrNull(lastTokenPart),
    bypassTwoFactor: bypassTwoFactor === true,
  };
}

function textOrNull(stored: unknown): string | null {
  return typeof stored === 'string' ? stored : null;
}
