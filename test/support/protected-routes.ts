import { TestApp } from './app';
import { HttpAnswer } from './http';

/** A protected route, and a request that it serves when nothing stands in the way. */
export interface ProtectedRoute {
  method: 'GET' | 'POST';
  path: string;
  permission?: string;
  /** What it takes: the query string of a GET, the body of a POST. */
  parameters?: Record<string, string>;
}

/** Every route that is not public. The reviewed list of routes is compared with it. */
export const PROTECTED_ROUTES: ProtectedRoute[] = [
  { method: 'GET', path: 'me' },
  { method: 'POST', path: 'logout' },
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

/** Calls a route; `ID` in its parameters becomes `sessionId`. */
export function callRoute(
  app: TestApp,
  { method, path, parameters = {} }: ProtectedRoute,
  sessionId: string,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const given = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, value === 'ID' ? sessionId : value]),
  );
  const url = `/api/v1/${path}`;
  return method === 'GET'
    ? app.call(`${url}?${new URLSearchParams(given).toString()}`, { headers })
    : app.call(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(given),
      });
}
