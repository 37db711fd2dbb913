import { createHmac } from 'node:crypto';
import { clientSecretOf } from '../../src/auth/login-token';

/** A cursor of any body, as the holder of a token can sign one. */
export function forgedCursor(token: string, scope: unknown, body: string): string {
  const encoded = Buffer.from(body).toString('base64url');
  const signature = createHmac('sha256', clientSecretOf(token))
    .update(JSON.stringify(['cursor', scope, encoded]))
    .digest('base64url');
  return `${encoded}.${signature}`;
}
