import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer.shape';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import { Problem } from '../common/errors/problem';
import { invalidParameter, textProblems } from '../common/openapi/parameter-problems';
import {
  NEW_TOKEN_BODY_SCHEMA,
  REMOVED_ANSWER,
  TOKEN_ANSWER,
  TOKEN_NAME_BODY_SCHEMA,
  TOKENS_ANSWER,
} from './access-token.shapes';
import { MAX_NAME_LENGTH } from './dto/new-token.parameters';
import {
  TOKEN_ALREADY_EXISTS,
  TOKEN_DOES_NOT_EXIST,
  TOO_MANY_TOKENS,
} from './access-token.problems';

const NAME_PROBLEMS = textProblems('tokenName');

const NEW_NAME_PROBLEMS: Problem[] = [
  ...NAME_PROBLEMS,
  invalidParameter('emptyName', '`tokenName` is empty', 'must NOT have fewer than 1 characters'),
  invalidParameter(
    'longName',
    '`tokenName` is too long',
    `must NOT have more than ${MAX_NAME_LENGTH} characters`,
  ),
  invalidParameter(
    'unprintableName',
    '`tokenName` contains control characters or line breaks',
    'must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"',
  ),
  invalidParameter('notBoolean', '`bypassTwoFactor` is neither true nor false', 'must be boolean'),
];

export function ApiAccessTokens(): ClassDecorator {
  return applyDecorators(ApiTags('Personal access tokens'));
}

export function ApiGeneratePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersGeneratePersonalAccessToken',
      summary: 'Create a personal access token',
      description: 'The token is shown only once. It is valid until it is removed or regenerated.',
    }),
    ApiBody({ required: true, schema: NEW_TOKEN_BODY_SCHEMA }),
    ApiAnswer('The token', TOKEN_ANSWER),
    ApiOwnProblems(...NEW_NAME_PROBLEMS, TOKEN_ALREADY_EXISTS, TOO_MANY_TOKENS),
  );
}

export function ApiRegeneratePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRegeneratePersonalAccessToken',
      summary: 'Regenerate a personal access token',
      description:
        'Revokes the old token before the answer is sent. The new one keeps its name and `bypassTwoFactor`.',
    }),
    ApiBody({ required: true, schema: TOKEN_NAME_BODY_SCHEMA }),
    ApiAnswer('The new token', TOKEN_ANSWER),
    ApiOwnProblems(...NAME_PROBLEMS, TOKEN_DOES_NOT_EXIST),
  );
}

export function ApiRemovePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRemovePersonalAccessToken',
      summary: 'Remove a personal access token',
      description: 'Revokes the token before the answer is sent.',
    }),
    ApiBody({ required: true, schema: TOKEN_NAME_BODY_SCHEMA }),
    ApiAnswer('Token removed', REMOVED_ANSWER),
    ApiOwnProblems(...NAME_PROBLEMS, TOKEN_DOES_NOT_EXIST),
  );
}

export function ApiGetPersonalAccessTokens(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersGetPersonalAccessTokens',
      summary: 'List your personal access tokens',
      description: 'In order of creation. Only the last characters of each token are shown.',
    }),
    ApiAnswer('All tokens', TOKENS_ANSWER),
  );
}
