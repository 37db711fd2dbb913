import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer.shape';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import { Problem } from '../common/errors/problem';
import {
  invalidParameter,
  textProblems,
  UNKNOWN_PARAMETER,
} from '../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../common/openapi/websocket-note';
import {
  DOCUMENT_ANSWER,
  LIST_ALL_ANSWER,
  LIST_ANSWER,
  REVOKED_ANSWER,
  SESSION_ANSWER,
  SESSION_ID_EXAMPLE,
} from './session.shapes';
import { SORT_KEYS } from './session-order';
import { INVALID_SORT_KEYS, invalidSort, SESSION_NOT_FOUND } from './session.problems';

const SESSION_ID_PROBLEMS = textProblems('sessionId');

const LIST_PROBLEMS: Problem[] = [
  invalidParameter('notANumber', '`count` or `offset` is not a number', 'must be number'),
  invalidParameter('tooSmall', '`count` is below 1', 'must be >= 1'),
  invalidParameter('negativeOffset', '`offset` is below 0', 'must be >= 0'),
  invalidParameter('notWhole', '`count` or `offset` is a fraction', 'must be integer'),
  invalidParameter('tooLarge', '`count` or `offset` is beyond all lists', 'must be <= 2147483647'),
  invalidSort('loginAt'),
  INVALID_SORT_KEYS,
  UNKNOWN_PARAMETER,
];

/** Where `filter` looks on both lists. */
const SEARCHED = 'the device, the ids, the address, the host';

export function ApiSessions(): ClassDecorator {
  return applyDecorators(ApiTags('Device management'));
}

export function ApiSessionList(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsList',
      summary: 'Your own live sessions',
      description: 'One row per login. `current` marks the session of the token that asks.',
    }),
    ApiListQuery(SEARCHED),
    ApiAnswer('A page of sessions.', LIST_ANSWER),
    ApiOwnProblems(...LIST_PROBLEMS),
  );
}

export function ApiSessionInfo(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsInfo',
      summary: 'One of your own sessions, by its id',
      description: 'The newest stored document with this id, live or not.',
    }),
    ApiSessionIdQuery(),
    ApiAnswer('The stored document.', DOCUMENT_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionLogoutMe(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsLogoutMe',
      summary: 'End one of your own sessions',
      description: `When the answer arrives, the token of that session works no more. ${WEBSOCKET_NOTE}`,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Session revoked.', REVOKED_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionListAll(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsListAll',
      summary: 'All live sessions of the workspace',
      description: 'One row per login, with its owner.',
    }),
    ApiListQuery(`${SEARCHED}, the owner's name or user name`),
    ApiAnswer('A page of sessions.', LIST_ALL_ANSWER),
    ApiOwnProblems(...LIST_PROBLEMS),
  );
}

export function ApiSessionInfoAdmin(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsInfoAdmin',
      summary: 'Any session of the workspace, by its id',
      description: 'The id is compared exactly; only live sessions are found.',
    }),
    ApiSessionIdQuery(),
    ApiAnswer('The session.', SESSION_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionLogout(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsLogout',
      summary: 'End any session of the workspace',
      description: `When the answer arrives, the token of that session works no more. ${WEBSOCKET_NOTE}`,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Session revoked.', REVOKED_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

function ApiSessionIdQuery(): MethodDecorator {
  return ApiQuery({
    name: 'sessionId',
    required: true,
    schema: { type: 'string', example: SESSION_ID_EXAMPLE },
  });
}

function ApiSessionIdBody(): MethodDecorator {
  return ApiBody({
    required: true,
    schema: {
      type: 'object',
      required: ['sessionId'],
      additionalProperties: false,
      properties: { sessionId: { type: 'string', example: SESSION_ID_EXAMPLE } },
    },
  });
}

/** @param searched where `filter` looks */
function ApiListQuery(searched: string): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'offset',
      required: false,
      description: 'How many rows to leave out.',
      schema: { type: 'integer', minimum: 0, default: 0 },
    }),
    ApiQuery({
      name: 'count',
      required: false,
      description: 'How many rows at most; above 100 counts as 100.',
      schema: { type: 'integer', minimum: 1, default: 50 },
    }),
    ApiQuery({
      name: 'filter',
      required: false,
      description: `Text to be found, in whatever case, in ${searched}.`,
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'sort',
      required: false,
      description: `A JSON object of keys to 1 (ascending) or -1: ${SORT_KEYS.join(', ')}.`,
      schema: { type: 'string', default: '{"loginAt":-1}' },
    }),
  );
}
