import { applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { AUDIT_EVENTS } from '../audit/audit-event';
import { Problem } from '../common/errors/problem';
import { INVALID_CURSOR } from '../common/paging/cursor.problems';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import { invalidParameter, UNKNOWN_PARAMETER } from '../common/openapi/parameter-problems';
import { headOf, linesOf } from './audit-lines';
import { EVENT_EXAMPLE, PAGE_ANSWER } from './audit-trail.shapes';
import { TOO_MANY_EXPORTS } from './audit-trail.problems';
import { DEFAULT_COUNT, MAX_COUNT } from './dto/audit-search.parameters';
import { MEDIA_TYPES } from './requested-format.decorator';

const PROBLEMS: Problem[] = [
  invalidParameter('notAText', 'A parameter is given twice', 'must be string'),
  invalidParameter(
    'notADate',
    '`start` or `end` is no ISO 8601 date',
    'must match format "date-time"',
  ),
  invalidParameter('noEvent', '`t` is no event', 'must be equal to one of the allowed values'),
  invalidParameter('notANumber', '`count` or `offset` is not a number', 'must be number'),
  invalidParameter('tooSmall', '`count` is below 1', 'must be >= 1'),
  invalidParameter('negativeOffset', '`offset` is below 0', 'must be >= 0'),
  invalidParameter('notWhole', '`count` or `offset` is a fraction', 'must be integer'),
  invalidParameter('tooLarge', '`count` or `offset` is too large', 'must be <= 2147483647'),
  UNKNOWN_PARAMETER,
  INVALID_CURSOR,
  TOO_MANY_EXPORTS,
];

const { schema, example } = PAGE_ANSWER;

export function ApiAuditTrail(): ClassDecorator {
  return applyDecorators(ApiTags('Audit trail'));
}

export function ApiAuditSessions(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'auditSessions',
      summary: 'Read the audit trail',
      description:
        'Newest first. With `Accept: application/x-ndjson` or `text/csv`, everything that matches is streamed, and ' +
        '`count`, `offset` and `cursor` have no effect. Reading leaves a record, too.',
    }),
    Query('start', 'The first moment, ISO 8601', { type: 'string', format: 'date-time' }),
    Query('end', 'The last moment, ISO 8601', { type: 'string', format: 'date-time' }),
    Query('t', 'What happened', { type: 'string', enum: [...AUDIT_EVENTS] }),
    Query('actor', 'Who did it: an id or a username', { type: 'string' }),
    Query('userId', 'The user whom it was about', { type: 'string' }),
    Query('sessionId', 'The session that it was about', { type: 'string' }),
    Query('count', `Maximum number of events; larger values count as ${MAX_COUNT}`, {
      type: 'integer',
      minimum: 1,
      default: DEFAULT_COUNT,
    }),
    Query('offset', 'Number of events to skip', { type: 'integer', minimum: 0, default: 0 }),
    Query('cursor', 'Empty begins a walk; then the `nextCursor` of the answer before', {
      type: 'string',
    }),
    ApiOkResponse({
      description: 'A page of events, or all of them',
      content: {
        [MEDIA_TYPES.json]: { schema, example },
        [MEDIA_TYPES.ndjson]: {
          schema: { type: 'string', description: 'One event in each line, as in `events`' },
          example: linesOf('ndjson', [EVENT_EXAMPLE]),
        },
        [MEDIA_TYPES.csv]: {
          schema: {
            type: 'string',
            description: 'A line of column names, then one for each event',
          },
          example: headOf('csv') + linesOf('csv', [EVENT_EXAMPLE]),
        },
      },
    }),
    ApiOwnProblems(...PROBLEMS),
  );
}

function Query(name: string, description: string, its: object): MethodDecorator {
  return ApiQuery({ name, required: false, description, schema: its });
}
