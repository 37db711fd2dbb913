// Users as a workspace stores them, with the credentials to act as them.
import { createHash, randomBytes } from 'node:crypto';

export const hashToken = (token) => createHash('sha256').update(token).digest('base64');
export const newId = () => randomBytes(13).toString('base64url').slice(0, 17);

/** @param loginTokens hashes of the login tokens, oldest first */
export function userDocument(username, roles, loginTokens = []) {
  const now = new Date();
  return {
    _id: newId(),
    username,
    name: username,
    active: true,
    roles,
    emails: [{ address: `${username}@example.com`, verified: true }],
    createdAt: now,
    services: {
      // Not an empty list: the unique index would count that as a value and allow it only once.
      ...(loginTokens.length > 0 && {
        resume: { loginTokens: loginTokens.map((hashedToken) => ({ when: now, hashedToken })) },
      }),
    },
  };
}

/** A user with one token; `token` holds its fields beside the hash. */
export function userWithToken(username, roles, token = { when: new Date() }) {
  const secret = randomBytes(32).toString('base64url');
  const document = userDocument(username, roles);
  document.services.resume = { loginTokens: [{ ...token, hashedToken: hashToken(secret) }] };
  return { headers: { 'x-user-id': document._id, 'x-auth-token': secret }, document };
}
