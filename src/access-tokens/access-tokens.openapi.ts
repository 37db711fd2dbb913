import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../common/openapi/answer';
import { DocumentedProblem } from '../common/openapi/api-problems.decorator';
import { ApiOwnProblems } from '../common/openapi/own-problems.decorator';
import { invalidParameter, textProblems } from '../common/openapi/parameter-problems';
import { MAX_TOKENS } from '../workspace-data/users/personal-access-tokens.repository';
import {
  NEW_TOKEN_BODY_SCHEMA,
  REMOVED_EXAMPLE,
  REMOVED_SCHEMA,
  TOKEN_EXAMPLE,
  TOKEN_NAME_BODY_SCHEMA,
  TOKEN_SCHEMA,
  TOKENS_EXAMPLE,
  TOKENS_SCHEMA,
} from './access-tokens.examples';
import { MAX_NAME_LENGTH } from './dto/new-token.parameters';

const NAME_PROBLEMS = textProblems('tokenName');

const NEW_NAME_PROBLEMS: DocumentedProblem[] = [
  ...NAME_PROBLEMS,
  invalidParameter('emptyName', '`tokenName` is empty', 'must NOT have fewer than 1 characters'),
  invalidParameter(
    'longName',
    '`tokenName` is too long',
    `must NOT have more than ${MAX_NAME_LENGTH} characters`,
  ),
  invalidParameter(
    'unprintableName',
    '`tokenName` has control characters or ends of lines in it',
    'must match pattern "^[^\\p{Cc}\\p{Zl}\\p{Zp}]*$"',
  ),
  invalidParameter('notBoolean', '`bypassTwoFactor` is neither true nor false', 'must be boolean'),
];

const ALREADY_EXISTS: DocumentedProblem = {
  name: 'alreadyExists',
  when: 'You have a token with this name',
  problem: { kind: 'access-token-obstacle', obstacle: 'already-exists' },
};

const TOO_MANY: DocumentedProblem = {
  name: 'tooMany',
  when: `You have ${MAX_TOKENS} tokens, logins among them`,
  problem: { kind: 'access-token-obstacle', obstacle: 'too-many' },
};

const DOES_NOT_EXIST: DocumentedProblem = {
  name: 'doesNotExist',
  when: 'You have no token with this name',
  problem: { kind: 'access-token-obstacle', obstacle: 'does-not-exist' },
};

export function ApiAccessTokens(): ClassDecorator {
  return applyDecorators(ApiTags('Personal access tokens'));
}

export function ApiGeneratePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersGeneratePersonalAccessToken',
      summary: 'Make a token for a program',
      description: 'It is shown once, and works until it is removed or regenerated.',
    }),
    ApiBody({ required: true, schema: NEW_TOKEN_BODY_SCHEMA }),
    ApiAnswer('The token.', TOKEN_SCHEMA, TOKEN_EXAMPLE),
    ApiOwnProblems(...NEW_NAME_PROBLEMS, ALREADY_EXISTS, TOO_MANY),
  );
}

export function ApiRegeneratePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRegeneratePersonalAccessToken',
      summary: 'Get a new token in the place of an old one',
      description:
        'When the answer arrives, the old one works no more. The name stays, and whether it works without a second factor.',
    }),
    ApiBody({ required: true, schema: TOKEN_NAME_BODY_SCHEMA }),
    ApiAnswer('The new token.', TOKEN_SCHEMA, TOKEN_EXAMPLE),
    ApiOwnProblems(...NAME_PROBLEMS, DOES_NOT_EXIST),
  );
}

export function ApiRemovePersonalAccessToken(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRemovePersonalAccessToken',
      summary: 'Remove a token',
      description: 'When the answer arrives, it works no more.',
    }),
    ApiBody({ required: true, schema: TOKEN_NAME_BODY_SCHEMA }),
    ApiAnswer('Removed.', REMOVED_SCHEMA, REMOVED_EXAMPLE),
    ApiOwnProblems(...NAME_PROBLEMS, DOES_NOT_EXIST),
  );
}

export function ApiGetPersonalAccessTokens(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersGetPersonalAccessTokens',
      summary: 'Your tokens',
      description:
        'In the order in which they were made; of the tokens themselves only their ends.',
    }),
    ApiAnswer('All of them.', TOKENS_SCHEMA, TOKENS_EXAMPLE),
  );
}
