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
import { DEFAULT_COUNT, MAX_COUNT } from './dto/page.parameters';
import { SORT_KEYS } from '../session-index/session-order';
import { INVALID_CURSOR } from '../common/paging/cursor.problems';
import { INVALID_SORT_KEYS, invalidSort, SESSION_NOT_FOUND } from './session.problems';

const SESSION_ID_PROBLEMS = textProblems('sessionId');

/** For a list with `count` but without `offset`. */
export const COUNT_PROBLEMS: Problem[] = [
  invalidParameter('notANumber', '`count` is not a number', 'must be number'),
  invalidParameter('tooSmall', '`count` is below 1', 'must be >= 1'),
  invalidParameter('notWhole', '`count` is a fraction', 'must be integer'),
  invalidParameter('tooLarge', '`count` is too large', 'must be <= 2147483647'),
];

/** For a list with `count` and `offset` but without a filter. */
export const PAGE_PROBLEMS: Problem[] = [
  invalidParameter('notANumber', '`count` or `offset` is not a number', 'must be number'),
  invalidParameter('tooSmall', '`count` is below 1', 'must be >= 1'),
  invalidParameter('negativeOffset', '`offset` is below 0', 'must be >= 0'),
  invalidParameter('notWhole', '`count` or `offset` is a fraction', 'must be integer'),
  invalidParameter('tooLarge', '`count` or `offset` is too large', 'must be <= 2147483647'),
  UNKNOWN_PARAMETER,
];

const LIST_PROBLEMS: Problem[] = [
  ...PAGE_PROBLEMS,
  invalidSort('loginAt'),
  INVALID_SORT_KEYS,
  INVALID_CURSOR,
];

const SEARCHED = 'the device, the ids, the address and the host';

export function ApiSessions(): ClassDecorator {
  return applyDecorators(ApiTags('Device management'));
}

export function ApiSessionList(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsList',
      summary: 'List your live sessions',
      description:
        'One row per login. `current` marks the session of the token that makes the request.',
    }),
    ApiListQuery(SEARCHED),
    ApiAnswer('A page of sessions', LIST_ANSWER),
    ApiOwnProblems(...LIST_PROBLEMS),
  );
}

export function ApiSessionInfo(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsInfo',
      summary: 'Get one of your sessions by its id',
      description: 'The newest stored document with this id, live or not.',
    }),
    ApiSessionIdQuery(),
    ApiAnswer('The stored document', DOCUMENT_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionLogoutMe(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsLogoutMe',
      summary: 'Revoke one of your sessions',
      description: `Revokes the token of that session before the answer is sent. ${WEBSOCKET_NOTE}`,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Session revoked', REVOKED_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionListAll(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsListAll',
      summary: 'List all live sessions of the workspace',
      description: 'One row per login, with its owner.',
    }),
    ApiListQuery(`the device, the ids, the address, the host, and the owner's name and username`),
    ApiAnswer('A page of sessions', LIST_ALL_ANSWER),
    ApiOwnProblems(...LIST_PROBLEMS),
  );
}

export function ApiSessionInfoAdmin(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsInfoAdmin',
      summary: 'Get any live session of the workspace by its id',
      description: 'The id must match exactly; only live sessions are found.',
    }),
    ApiSessionIdQuery(),
    ApiAnswer('The session', SESSION_ANSWER),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, SESSION_NOT_FOUND),
  );
}

export function ApiSessionLogout(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsLogout',
      summary: 'Revoke a session',
      description: `Revokes the token of that session before the answer is sent. ${WEBSOCKET_NOTE}`,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Session revoked', REVOKED_ANSWER),
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

export function ApiSessionIdBody(): MethodDecorator {
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

export function ApiCountQuery(): MethodDecorator {
  return ApiQuery({
    name: 'count',
    required: false,
    description: `Maximum number of rows; larger values count as ${MAX_COUNT}`,
    schema: { type: 'integer', minimum: 1, default: DEFAULT_COUNT },
  });
}

export function ApiPageQuery(): MethodDecorator {
  return applyDecorators(
    ApiQuery({
      name: 'offset',
      required: false,
      description: 'Number of rows to skip',
      schema: { type: 'integer', minimum: 0, default: 0 },
    }),
    ApiCountQuery(),
  );
}

/** @param searched where `filter` looks */
function ApiListQuery(searched: string): MethodDecorator {
  return applyDecorators(
    ApiPageQuery(),
    ApiQuery({
      name: 'filter',
      required: false,
      description: `Text to search for in ${searched}; case is ignored. More than 1,000 characters find nothing.`,
      schema: { type: 'string' },
    }),
    ApiQuery({
      name: 'sort',
      required: false,
      description: `A JSON object of keys to 1 (ascending) or -1 (descending). Keys: ${SORT_KEYS.join(', ')}.`,
      schema: { type: 'string', default: '{"loginAt":-1}' },
    }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description:
        'Empty: begins a walk through the whole list; then the `nextCursor` of the answer before, with the same `sort` and `filter`. Not together with `offset`. Shows each session that lasts once; a client that reconnects gets a new session, which may stand before the place of the walk.',
      schema: { type: 'string' },
    }),
  );
}
