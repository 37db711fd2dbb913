import { applyDecorators } from '@nestjs/common';
import {
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer';
import {
  ApiSignedIn,
  EMAIL_CHALLENGES,
  BUSY,
  EMAIL_PROBLEMS,
  EVERYWHERE,
  LOCKED_OUT,
} from '../access/access.openapi';
import { failure } from '../common/errors/answers';
import { ApiProblems, DocumentedProblem } from '../common/openapi/api-problems.decorator';
import { duration } from '../common/openapi/duration';
import { WEBSOCKET_NOTE } from '../common/openapi/websocket-note';
import {
  LOGIN_BODIES,
  LOGIN_BODY_SCHEMA,
  LOGIN_EXAMPLE,
  LOGIN_SCHEMA,
  LOGOUT_EXAMPLE,
  LOGOUT_SCHEMA,
  ME_EXAMPLE,
  ME_SCHEMA,
} from './sign-in.examples';
import { LOGIN_LIMITS } from './throttle-key';

const { user, address } = LOGIN_LIMITS;

const LOGIN_PROBLEMS: DocumentedProblem[] = [
  {
    name: 'refused',
    when: 'The name, the password, the token or the body is wrong, the user is deactivated, or it is a form that another site has posted: nobody is told which',
    problem: { kind: 'login-refused' },
  },
  {
    name: 'totpRequired',
    when: 'The password is right and the user has a second factor, which was not shown',
    problem: {
      kind: 'login-second-factor-required',
      challenge: { method: 'totp', codeGenerated: false, availableMethods: ['totp'] },
    },
  },
  {
    name: 'totpInvalid',
    when: 'The second factor is wrong, or used up',
    problem: {
      kind: 'login-second-factor-invalid',
      challenge: { method: 'totp', codeGenerated: false },
    },
  },
  {
    name: 'emailSent',
    when: 'The password is right and the user relies on codes by e-mail: one has been sent',
    problem: { kind: 'login-second-factor-required', challenge: EMAIL_CHALLENGES.sent },
  },
  {
    name: 'emailOut',
    when: 'The same, and a code that was sent before still counts',
    problem: { kind: 'login-second-factor-required', challenge: EMAIL_CHALLENGES.out },
  },
  {
    name: 'blockedForUser',
    when: `${user.max} wrong passwords for this name in ${duration(user.withinMs)}`,
    problem: { kind: 'login-blocked', target: 'user' },
  },
  {
    name: 'blockedForIp',
    when: `${address.max} wrong passwords from this address, of IPv6 from its network of 64 bits, in ${duration(address.withinMs)}`,
    problem: { kind: 'login-blocked', target: 'ip' },
  },
  LOCKED_OUT,
  ...EMAIL_PROBLEMS,
  ...BUSY,
];

export function ApiSignIn(): ClassDecorator {
  return applyDecorators(ApiTags('Signing in'));
}

export function ApiLogin(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'login',
      summary: 'Log in',
      description:
        'Hands out a token for `X-Auth-Token`. It is shown once; at most 50 logins per user live, the oldest makes room.',
    }),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ required: true, schema: LOGIN_BODY_SCHEMA, examples: LOGIN_BODIES }),
    ApiHeader({
      name: 'x-2fa-code',
      required: false,
      description: 'The second factor, if the body has no `code`. Blanks and hyphens do not count.',
      schema: { type: 'string' },
    }),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The second factor that the code belongs to. Absent: the first that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email'] },
    }),
    ApiAnswer('Logged in.', LOGIN_SCHEMA, LOGIN_EXAMPLE),
    ApiUnreadableBody(400, 'Bad Request', 'The body is not JSON.'),
    ApiUnreadableBody(413, 'Payload Too Large', 'The body is larger than any login.'),
    ApiProblems(...LOGIN_PROBLEMS, ...EVERYWHERE),
  );
}

export function ApiLogout(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'logout',
      summary: 'Log out',
      description: `Ends the login that asks: when the answer arrives, its token works no more. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Logged out.', LOGOUT_SCHEMA, LOGOUT_EXAMPLE),
    ApiSignedIn({
      name: 'personalAccessToken',
      when: 'The token is a personal access token: programs rely on it, and it ends where it was made',
      problem: { kind: 'no-permission' },
    }),
  );
}

export function ApiMe(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId: 'me', summary: 'Yourself' }),
    ApiAnswer('The user who asks.', ME_SCHEMA, ME_EXAMPLE),
    ApiSignedIn(),
  );
}

/** Answered before any route is asked, so it is no problem of a route. */
function ApiUnreadableBody(status: number, error: string, description: string): MethodDecorator {
  const { body } = failure(status, error);
  return ApiResponse({
    status,
    description,
    content: { 'application/json': { schema: { type: 'object' }, example: body } },
  });
}
