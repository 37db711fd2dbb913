import {
  newSessionDocument,
  NewSessionDocument,
} from '../../workspace-data/sessions/session-document';
import { StoredLoginToken } from '../../workspace-data/users/stored-token';
import { newUserDocument, NewUserDocument } from '../../workspace-data/users/user-document';
import { StoredServices } from '../../workspace-data/users/stored-services';
import { DemoPerson } from './demo-people';

/** @param secrets the contents of `services` beside the token */
export function userDocument(
  { id, username, name, roles, session }: DemoPerson,
  token: StoredLoginToken,
  secrets: StoredServices = {},
): NewUserDocument {
  return newUserDocument({
    id,
    username,
    name,
    roles,
    email: `${username.toLowerCase()}@example.com`,
    createdAt: session.loginAt,
    services: { resume: { loginTokens: [token] }, ...secrets },
  });
}

export function sessionDocumentId({ session }: DemoPerson): string {
  return `demo-${session.id}`;
}

export function sessionDocument(
  { id, roles, session }: DemoPerson,
  hashedToken: string,
): NewSessionDocument {
  const { loginAt, device, host, ip } = session;
  return newSessionDocument(
    {
      userId: id,
      roles,
      hashedToken,
      client: { address: ip, userAgent: '' },
      host,
      loginAt,
      device,
      sessionId: session.id,
    },
    loginAt,
  );
}
