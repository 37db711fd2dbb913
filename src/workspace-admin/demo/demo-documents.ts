import { DemoPerson } from './demo-people';

/** A login token as `users` holds it. */
export interface DemoToken {
  when: Date;
  hashedToken: string;
}

/** The documents of the demo have text for ids, and fields that this service has no need of. */
export interface DemoDocument {
  _id: string;
  [field: string]: unknown;
}

/** The document of a person in `users`. @param secrets what they have under `services` beside their token */
export function userDocument(
  { id, username, name, roles, session }: DemoPerson,
  token: DemoToken,
  secrets: object = {},
): DemoDocument {
  return {
    _id: id,
    username,
    name,
    active: true,
    roles,
    emails: [{ address: `${username.toLowerCase()}@example.com`, verified: true }],
    createdAt: session.loginAt,
    services: { resume: { loginTokens: [token] }, ...secrets },
  };
}

/** The `_id` of a person's document in `rocketchat_sessions`. */
export function sessionDocumentId({ session }: DemoPerson): string {
  return `demo-${session.id}`;
}

/** The document of a person's session. @param loginToken the hash of the token that it belongs to */
export function sessionDocument(
  person: DemoPerson,
  loginToken: string,
): DemoDocument & { loginToken: string } {
  const { id, roles, session } = person;
  const { loginAt, device } = session;
  return {
    _id: sessionDocumentId(person),
    type: 'session',
    sessionId: session.id,
    instanceId: 'demo',
    userId: id,
    loginToken,
    ip: session.ip,
    host: session.host,
    device,
    roles,
    mostImportantRole: roles[0],
    loginAt,
    year: loginAt.getUTCFullYear(),
    month: loginAt.getUTCMonth() + 1,
    day: loginAt.getUTCDate(),
    createdAt: loginAt,
    _updatedAt: loginAt,
  };
}
