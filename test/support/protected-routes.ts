import { TestApp } from './app';
import { HttpAnswer } from './http';
import { UserOptions } from './workspace';

/** A protected route, and a request that it serves when nothing stands in the way. */
export interface ProtectedRoute {
  method: 'GET' | 'POST';
  path: string;
  permission?: string;
  /** It asks for the permission alone. */
  withoutSecondFactor?: true;
  /** What it takes: the query string of a GET, the body of a POST. */
  parameters?: Record<string, string>;
  /** Whom it serves, where that is not everybody. */
  serves?: UserOptions;
  /** It asks for a second factor itself, whoever asks. */
  proven?: true;
  /** What must be configured for it to serve anybody. */
  env?: Record<string, string>;
}

/** Somebody who never takes a mail: for what sends none. */
const NOWHERE = { SMTP_URL: 'smtp://127.0.0.1:9' };

/** Every route that is not public. The reviewed list of routes is compared with it. */
export const PROTECTED_ROUTES: ProtectedRoute[] = [
  { method: 'GET', path: 'me' },
  { method: 'POST', path: 'logout' },
  { method: 'POST', path: 'users.enableTotp', serves: { totp: false } },
  {
    method: 'POST',
    path: 'users.validateTotp',
    parameters: { code: 'CODE' },
    serves: { enrolling: true },
  },
  { method: 'POST', path: 'users.disableTotp', parameters: { code: 'CODE' } },
  { method: 'POST', path: 'users.regenerateTotpCodes', parameters: { code: 'CODE' } },
  { method: 'GET', path: 'users.totpCodesRemaining' },
  {
    method: 'POST',
    path: 'users.resetTOTP',
    parameters: { userId: 'SOMEBODY' },
    permission: 'edit-other-user-totp',
  },
  {
    method: 'POST',
    path: 'users.generatePersonalAccessToken',
    parameters: { tokenName: 'new' },
    permission: 'create-personal-access-tokens',
  },
  {
    method: 'POST',
    path: 'users.regeneratePersonalAccessToken',
    parameters: { tokenName: 'old' },
    permission: 'create-personal-access-tokens',
    serves: { accessTokens: ['old'] },
  },
  {
    method: 'POST',
    path: 'users.removePersonalAccessToken',
    parameters: { tokenName: 'old' },
    permission: 'create-personal-access-tokens',
    serves: { accessTokens: ['old'] },
  },
  {
    method: 'GET',
    path: 'users.getPersonalAccessTokens',
    permission: 'create-personal-access-tokens',
    withoutSecondFactor: true,
  },
  { method: 'POST', path: 'users.2fa.enableEmail', serves: { totp: false }, env: NOWHERE },
  { method: 'POST', path: 'users.2fa.disableEmail', serves: { email2fa: true }, proven: true },
  { method: 'GET', path: 'sessions/list', parameters: {} },
  { method: 'GET', path: 'sessions/info', parameters: { sessionId: 'ID' } },
  { method: 'POST', path: 'sessions/logout.me', parameters: { sessionId: 'ID' } },
  {
    method: 'GET',
    path: 'sessions/list.all',
    parameters: {},
    permission: 'view-device-management',
  },
  {
    method: 'GET',
    path: 'sessions/info.admin',
    parameters: { sessionId: 'ID' },
    permission: 'view-device-management',
  },
  {
    method: 'POST',
    path: 'sessions/logout',
    parameters: { sessionId: 'ID' },
    permission: 'logout-device-management',
  },
];

/** What the placeholders in a route's parameters become. */
export interface Given {
  /** A session's id. */
  ID: string;
  /** A code of the caller's. */
  CODE: string;
  /** The id of another user. */
  SOMEBODY: string;
}

/** Calls a route; placeholders in its parameters become what is given for them. */
export function callRoute(
  app: TestApp,
  { method, path, parameters = {} }: ProtectedRoute,
  given: Given,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const filled = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      value in given ? given[value as keyof Given] : value,
    ]),
  );
  const url = `/api/v1/${path}`;
  return method === 'GET'
    ? app.call(`${url}?${new URLSearchParams(filled).toString()}`, { headers })
    : app.call(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(filled),
      });
}
