import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer.shape';
import { MAX_LOGIN_TOKENS } from '../workspace-data/users/accounts.repository';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import { WEBSOCKET_NOTE } from '../common/openapi/websocket-note';
import {
  LOGIN_ANSWER,
  LOGIN_BODIES,
  LOGIN_BODY_SCHEMA,
  LOGOUT_ANSWER,
  ME_ANSWER,
} from './sign-in.shapes';
import { Problem } from '../common/errors/problem';
import {
  EMAIL_NOT_SENT,
  TOO_MANY_EMAIL_CODES,
} from '../two-factor/email-codes/email-code.problems';
import { BUSY, LOCKED_OUT } from '../two-factor/two-factor.problems';
import {
  LOGIN_BLOCKED_FOR_IP,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_REFUSED,
  LOGIN_SECOND_FACTOR_PROBLEMS,
  NO_LOGOUT_OF_TOKEN,
} from './sign-in.problems';

const LOGIN_PROBLEMS: Problem[] = [
  LOGIN_REFUSED,
  ...LOGIN_SECOND_FACTOR_PROBLEMS,
  LOGIN_BLOCKED_FOR_USER,
  LOGIN_BLOCKED_FOR_IP,
  LOCKED_OUT,
  EMAIL_NOT_SENT,
  TOO_MANY_EMAIL_CODES,
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
      description: `Returns a token for \`X-Auth-Token\`, which is shown only once. A user has at most ${MAX_LOGIN_TOKENS} logins; a new one then revokes the oldest.`,
    }),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ required: true, schema: LOGIN_BODY_SCHEMA, examples: LOGIN_BODIES }),
    ApiHeader({
      name: 'x-2fa-code',
      required: false,
      description: 'The second factor, if the body has no `code`. Spaces and hyphens are ignored.',
      schema: { type: 'string' },
    }),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The method that the code belongs to. Default: the first method that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email'] },
    }),
    ApiAnswer('Logged in', LOGIN_ANSWER),
    ApiOwnProblems(...LOGIN_PROBLEMS),
  );
}

export function ApiLogout(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'logout',
      summary: 'Log out',
      description: `Revokes the session of this token before the answer is sent. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Logged out', LOGOUT_ANSWER),
    ApiOwnProblems(NO_LOGOUT_OF_TOKEN),
  );
}

export function ApiMe(): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId: 'me', summary: 'Get the current user' }),
    ApiAnswer('The current user', ME_ANSWER),
  );
}
