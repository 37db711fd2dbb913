import { applyDecorators } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { textProblems } from '../../common/openapi/parameter-problems';
import { SESSION_NOT_FOUND } from '../session.problems';
import { ApiPageQuery, ApiSessionIdBody, PAGE_PROBLEMS } from '../sessions.openapi';
import { FORGOTTEN_ANSWER, REMEMBERED_ANSWER } from './remembered-factor.shapes';

const FORGETTING =
  'The login goes on. Its client proves the second factor again at the next request that needs one.';

export function ApiSessionsRemembered(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsRemembered',
      summary: 'List all remembered second factors',
      description:
        'One row per login whose client need not prove its second factor for a while, the longest first.',
    }),
    ApiPageQuery(),
    ApiAnswer('A page of remembered second factors', REMEMBERED_ANSWER),
    ApiOwnProblems(...PAGE_PROBLEMS),
  );
}

export function ApiSessionForget(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsForget',
      summary: 'Forget the second factor of a session',
      description: FORGETTING,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Second factor forgotten', FORGOTTEN_ANSWER),
    ApiOwnProblems(...textProblems('sessionId'), SESSION_NOT_FOUND),
  );
}

export function ApiSessionForgetMe(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'sessionsForgetMe',
      summary: 'Forget the second factor of one of your sessions',
      description: FORGETTING,
    }),
    ApiSessionIdBody(),
    ApiAnswer('Second factor forgotten', FORGOTTEN_ANSWER),
    ApiOwnProblems(...textProblems('sessionId'), SESSION_NOT_FOUND),
  );
}
