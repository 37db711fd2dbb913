import { createHash } from 'node:crypto';
import { mongo } from 'mongoose';
import { LoginKey } from '../workspace-data/sessions/session-writes';

const LENGTH = 22;

/**
 * Identifies the row of a login: 132 bits of a hash of the owner and the token's hash, so that neither can be told from
 * it. A missing owner and a null one are two owners, as in a `$group`.
 */
export function loginRowId({ token, owner }: LoginKey): string {
  const named = typeof owner === 'string' ? [owner] : [typeof owner, describe(owner)];
  const text = JSON.stringify(['live session', token, ...named]);
  return createHash('sha256').update(text).digest('base64url').slice(0, LENGTH);
}

function describe(owner: unknown): string {
  return mongo.BSON.EJSON.stringify({ owner }, { relaxed: false });
}
