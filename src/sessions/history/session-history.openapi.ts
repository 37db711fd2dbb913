import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery } from '@nestjs/swagger';
import { Problem } from '../../common/errors/problem';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { invalidParameter, UNKNOWN_PARAMETER } from '../../common/openapi/parameter-problems';
import { INVALID_CURSOR } from '../../common/paging/cursor.problems';
import { ENDING_REASONS } from '../../session-lifecycle/ending-reasons';
import { ApiCountQuery, COUNT_PROBLEMS } from '../sessions.openapi';
import { HISTORY_ANSWER } from './session-history.shapes';

const HISTORY_PROBLEMS: Problem[] = [
  ...COUNT_PROBLEMS,
  invalidParameter('wrongKind', 'A parameter is repeated or not text', 'must be string'),
  invalidParameter(
    'unknownReason',
    '`reason` is none of the reasons',
    'must be equal to one of the allowed values',
  ),
  invalidParameter(
    'notADate',
    '`endedAfter` or `endedBefore` is no ISO 8601 date',
    'must match format "date-time"',
  ),
  INVALID_CURSOR,
  UNKNOWN_PARAMETER,
];

export function ApiSessionHistory(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsHistory',
      summary: 'List the sessions that have ended',
      description:
        'Who ended them, when and why; newest first. Kept for `SESSION_HISTORY_DAYS`. A page with `nextCursor` has another behind it: repeat the request with that `cursor` and the same filter.',
    }),
    ApiCountQuery(),
    text('cursor', 'The `nextCursor` of the page before; empty or absent: the first page'),
    text('userId', 'Only sessions of the user with this id'),
    text('endedBy', 'Only sessions that the user with this id ended'),
    ApiQuery({
      name: 'reason',
      required: false,
      description: 'Only sessions that ended for this reason',
      schema: { type: 'string', enum: ENDING_REASONS },
    }),
    moment('endedAfter', 'Only sessions that ended at this moment or later'),
    moment('endedBefore', 'Only sessions that ended before this moment'),
    ApiAnswer('A page of ended sessions', HISTORY_ANSWER),
    ApiOwnProblems(...HISTORY_PROBLEMS),
  );
}

function text(name: string, description: string): MethodDecorator {
  return ApiQuery({ name, required: false, description, schema: { type: 'string' } });
}

function moment(name: string, description: string): MethodDecorator {
  return ApiQuery({
    name,
    required: false,
    description: `${description}: an ISO 8601 date, or date and time with its zone`,
    schema: { type: 'string' },
  });
}
