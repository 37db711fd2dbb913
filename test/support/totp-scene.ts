import { TestApp } from './app';
import { HttpAnswer } from './http';
import { TestUser } from './workspace';

/** Submits a code with a request to `GET /api/v1/sessions/info.admin`. */
export type Submit = (
  user: TestUser,
  code: string,
  headers?: Record<string, string>,
) => Promise<HttpAnswer>;

/** @returns how to submit a code to this service, about this session */
export function submitting(app: TestApp, sessionId: string): Submit {
  return (user, code, headers = {}) =>
    app.infoAdmin(sessionId, { ...user.headers, 'x-2fa-code': code, ...headers });
}

/** Starts the service with one session that a right code opens: the answer is 200. */
export async function startWithSession(
  env: Record<string, string> = {},
): Promise<[TestApp, Submit]> {
  const app = await TestApp.start(env);
  const { sessionId } = await app.workspace.createSession();
  return [app, submitting(app, String(sessionId))];
}
