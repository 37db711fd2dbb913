import { AccessTokenView } from './access-token.shapes';
import { StoredPersonalAccessToken } from '../workspace-data/users/stored-token';

/** Other programs write tokens too, and every token that works must be listed, whatever its other fields hold. */
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
