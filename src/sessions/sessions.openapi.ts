import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer';
import { DocumentedProblem } from '../common/openapi/api-problems.decorator';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import {
  invalidParameter,
  textProblems,
  UNKNOWN_PARAMETER,
} from '../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../common/openapi/websocket-note';
import {
  DOCUMENT_EXAMPLE,
  ENDED_EXAMPLE,
  ENDED_SCHEMA,
  LIST_ALL_EXAMPLE,
  LIST_EXAMPLE,
  listSchema,
  SESSION_EXAMPLE,
  SESSION_SCHEMA,
} from './session.examples';
import { SORT_KEYS } from './session-order';

const SESSION_ID_PROBLEMS = textProblems('sessionId');

const NOT_FOUND: DocumentedProblem = {
  name: 'sessionNotFound',
  when: 'There is no such session',
  problem: { kind: 'session-not-found' },
};

const LIST_PROBLEMS: DocumentedProblem[] = [
  invalidParameter('notANumber', '`count` or `offset` is not a number', 'must be number'),
  invalidParameter('tooSmall', '`count` is below 1', 'must be >= 1'),
  invalidParameter('negativeOffset', '`offset` is below 0', 'must be >= 0'),
  invalidParameter('notWhole', '`count` or `offset` is a fraction', 'must be integer'),
  invalidParameter('tooLarge', '`count` or `offset` is beyond all lists', 'must be <= 2147483647'),
  {
    name: 'invalidSort',
    when: '`sort` is not JSON, or a direction is not 1 or -1',
    problem: { kind: 'invalid-sort', given: 'loginAt' },
  },
  {
    name: 'invalidSortKeys',
    when: '`sort` names a key that cannot be sorted by',
    problem: { kind: 'invalid-sort-keys' },
  },
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
    ApiAnswer('A page of sessions.', listSchema({ current: { type: 'boolean' } }), LIST_EXAMPLE),
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
    ApiAnswer('The stored document.', { type: 'object' }, DOCUMENT_EXAMPLE),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, NOT_FOUND),
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
    ApiAnswer('It has ended.', ENDED_SCHEMA, ENDED_EXAMPLE),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, NOT_FOUND),
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
    ApiAnswer('A page of sessions.', listSchema({}), LIST_ALL_EXAMPLE),
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
    ApiAnswer('The session.', SESSION_SCHEMA, SESSION_EXAMPLE),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, NOT_FOUND),
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
    ApiAnswer('It has ended.', ENDED_SCHEMA, ENDED_EXAMPLE),
    ApiOwnProblems(...SESSION_ID_PROBLEMS, NOT_FOUND),
  );
}

function ApiSessionIdQuery(): MethodDecorator {
  return ApiQuery({
    name: 'sessionId',
    required: true,
    schema: { type: 'string', example: SESSION_EXAMPLE.sessionId },
  });
}

function ApiSessionIdBody(): MethodDecorator {
  return ApiBody({
    required: true,
    schema: {
      type: 'object',
      required: ['sessionId'],
      additionalProperties: false,
      properties: { sessionId: { type: 'string', example: SESSION_EXAMPLE.sessionId } },
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
