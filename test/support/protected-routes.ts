import { Type } from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { AccessTokensModule } from '../../src/access-tokens/access-tokens.module';
import { AuditTrailModule } from '../../src/audit-trail/audit-trail.module';
import { EnforcedPolicy } from '../../src/access/access-policy';
import { declaredRoutes } from '../../src/access/declared-routes';
import { EnrolmentModule } from '../../src/enrolment/enrolment.module';
import { SessionsModule } from '../../src/sessions/sessions.module';
import { SignInModule } from '../../src/sign-in/sign-in.module';
import { WaysInModule } from '../../src/ways-in/ways-in.module';
import { TestApp } from './app';
import { HttpAnswer } from './http';
import { UserOptions } from './workspace';

/** A request that a route serves when its policy is met. */
interface ServedRequest {
  /** The query string of a GET, the body of a POST. */
  parameters?: Record<string, unknown>;
  /** The user that it serves, if not every user. */
  serves?: UserOptions;
  /** A user of whom it demands a second factor, where it demands none of `serves`. */
  stepsUp?: UserOptions;
  /** The configuration without which it serves no request. */
  env?: Record<string, string>;
}

/** A protected route: what it declares, and a request that it serves. */
export interface ProtectedRoute extends ServedRequest {
  method: 'GET' | 'POST';
  path: string;
  policy: EnforcedPolicy;
}

/** An SMTP address where nothing listens, for routes that send no mail. */
const NOWHERE = { SMTP_URL: 'smtp://127.0.0.1:9' };

const SERVED: Record<string, ServedRequest> = {
  me: {},
  logout: {},
  'users.enableTotp': {
    serves: { totp: false },
    stepsUp: { totp: false, password: 'correct horse' },
  },
  'users.validateTotp': { parameters: { code: 'CODE' }, serves: { enrolling: true } },
  'users.disableTotp': { parameters: { code: 'CODE' } },
  'users.regenerateTotpCodes': { parameters: { code: 'CODE' } },
  'users.totpCodesRemaining': {},
  'users.resetTOTP': { parameters: { userId: 'OTHER_USER' } },
  'users.generatePersonalAccessToken': { parameters: { tokenName: 'new' } },
  'users.regeneratePersonalAccessToken': {
    parameters: { tokenName: 'old' },
    serves: { accessTokens: ['old'] },
  },
  'users.removePersonalAccessToken': {
    parameters: { tokenName: 'old' },
    serves: { accessTokens: ['old'] },
  },
  'users.getPersonalAccessTokens': {},
  'users.2fa.enableEmail': { serves: { totp: false }, stepsUp: { totp: true }, env: NOWHERE },
  'users.2fa.disableEmail': { serves: { email2fa: true } },
  'audit.sessions': { parameters: {} },
  'sessions/list': { parameters: {} },
  'sessions/info': { parameters: { sessionId: 'ID' } },
  'sessions/logout.me': { parameters: { sessionId: 'ID' } },
  'sessions/list.all': { parameters: {} },
  'sessions/info.admin': { parameters: { sessionId: 'ID' } },
  'sessions/logout': { parameters: { sessionId: 'ID' } },
  'sessions/logout.bulk': { parameters: { selector: { userIds: ['OTHER_USER'] }, dryRun: true } },
  'sessions/history': { parameters: {} },
  'sessions/remembered': { parameters: {} },
  'sessions/forget': { parameters: { sessionId: 'ID' } },
  'sessions/forget.me': { parameters: { sessionId: 'ID' } },
  'users.sessions': { parameters: { userId: 'OTHER_USER' } },
  'users.logout': { parameters: { userId: 'OTHER_USER' } },
  'users.logoutOtherClients': {},
  'users.removeOtherTokens': {},
};

const CONTROLLERS = [
  AccessTokensModule,
  AuditTrailModule,
  EnrolmentModule,
  SessionsModule,
  SignInModule,
  WaysInModule,
].flatMap((module) => Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[]);

/** Every route that is not public, with its policy. A test compares it with the routes of the application. */
export const PROTECTED_ROUTES: ProtectedRoute[] = declaredRoutes(CONTROLLERS)
  .filter(({ policy }) => policy?.public !== true)
  .map(({ route, policy }) => {
    const [method, path] = route.replace('api/v1/', '').split(' ') as ['GET' | 'POST', string];
    const served = SERVED[path];
    if (!policy || !served) throw new Error(`No request is known that ${route} serves.`);
    return { method, path, policy, ...served };
  });

/** What a route demands of the requests in this list: those about somebody else, if it tells them apart. */
export function demandedOf({
  policy: { permission, stepUp, forOthers },
}: ProtectedRoute): Pick<EnforcedPolicy, 'permission' | 'stepUp'> {
  return forOthers ?? { ...(permission && { permission }), ...(stepUp && { stepUp }) };
}

/** Whether the caller submits a second factor in the headers. */
export function isSteppedUpByHeader(route: ProtectedRoute): boolean {
  const { stepUp } = demandedOf(route);
  return stepUp === 'always' || stepUp === 'before-enrolment';
}

/** The values of the placeholders in a route's parameters. */
export interface Given {
  /** A session's id. */
  ID: string;
  /** A code of the caller. */
  CODE: string;
  /** The id of another user. */
  OTHER_USER: string;
}

/** Calls a route, with the placeholders in its parameters filled in. */
export function callRoute(
  app: TestApp,
  { method, path, parameters = {} }: Pick<ProtectedRoute, 'method' | 'path' | 'parameters'>,
  given: Given,
  headers: Record<string, string>,
): Promise<HttpAnswer> {
  const fill = (value: unknown): unknown =>
    typeof value === 'string' && value in given ? given[value as keyof Given] : value;
  const filled = Object.entries(parameters).map(([name, value]) => [name, fill(value)] as const);
  const pairs = filled.flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, String(one)]),
  );
  const url = `/api/v1/${path}`;
  return method === 'GET'
    ? app.call(`${url}?${new URLSearchParams(pairs).toString()}`, { headers })
    : app.call(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(Object.fromEntries(filled)),
      });
}
