import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { invalidParameter, UNKNOWN_PARAMETER } from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import { SESSION_OWNER_EXAMPLE } from '../../sessions/session.shapes';
import { INVALID_USER, NO_LOGIN_TO_KEEP } from './logout-everywhere.problems';
import {
  KEPT_LOGIN_ANSWER,
  LOGGED_OUT_ANSWER,
  OTHERS_REMOVED_ANSWER,
} from './logout-everywhere.shapes';

export function ApiUsersLogout(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersLogout',
      summary: 'End every way in of a user',
      description: `Revokes all of their tokens, personal access tokens too, before the answer is sent. Without \`userId\`, or with your own: yourself, for which you need no permission and no second factor. ${WEBSOCKET_NOTE}`,
    }),
    ApiBody({
      required: false,
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { userId: { type: 'string', example: SESSION_OWNER_EXAMPLE } },
      },
    }),
    ApiAnswer('All tokens revoked', LOGGED_OUT_ANSWER),
    ApiOwnProblems(
      invalidParameter('wrongKind', '`userId` is not text', 'must be string'),
      UNKNOWN_PARAMETER,
      INVALID_USER,
    ),
  );
}

export function ApiUsersLogoutOtherClients(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersLogoutOtherClients',
      summary: 'End all of your other logins',
      description: `Revokes their tokens before the answer is sent; your personal access tokens stay. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Other logins revoked', KEPT_LOGIN_ANSWER),
    ApiOwnProblems(NO_LOGIN_TO_KEEP),
  );
}

export function ApiUsersRemoveOtherTokens(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRemoveOtherTokens',
      summary: 'Remove all of your other tokens',
      description: `Revokes all of your tokens but the one that makes the request, personal access tokens too, before the answer is sent. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Other tokens removed', OTHERS_REMOVED_ANSWER),
  );
}
