import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery } from '@nestjs/swagger';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { USER_NAME_PROBLEMS } from '../../workspace-data/users/user.problems';
import { USER_SESSIONS_ANSWER } from './user-sessions.shapes';

export function ApiUserSessions(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersSessions',
      summary: 'Get every way in of one user',
      description:
        'Live sessions, newest first; personal access tokens, with the last use that this service saw, to within five minutes; and the logins whose second factor is remembered.',
    }),
    byName('userId', 'The id of the user; or give `username`'),
    byName('username', 'The exact username; or give `userId`'),
    ApiAnswer('All ways in', USER_SESSIONS_ANSWER),
    ApiOwnProblems(...USER_NAME_PROBLEMS),
  );
}

function byName(name: string, description: string): MethodDecorator {
  return ApiQuery({ name, required: false, description, schema: { type: 'string' } });
}
