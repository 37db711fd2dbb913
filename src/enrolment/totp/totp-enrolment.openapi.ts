import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { Problem } from '../../common/errors/problem';
import {
  invalidParameter,
  textProblems,
  UNKNOWN_PARAMETER,
} from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import {
  CODE_BODY_SCHEMA,
  CODES_ANSWER,
  DISABLED_ANSWER,
  DONE_ANSWER,
  REMAINING_ANSWER,
  SECRET_ANSWER,
  USER_NAME_BODY_SCHEMA,
} from './totp-enrolment.shapes';
import {
  TOTP_ALREADY_ENABLED,
  TOTP_CHANGED,
  TOTP_NOT_BEGUN,
  TOTP_NOT_ENABLED,
  USER_NOT_FOUND,
} from './totp-enrolment.problems';

const CODE_PROBLEMS: Problem[] = [...textProblems('code'), TOTP_CHANGED];

const USER_NAME_PROBLEMS: Problem[] = [
  invalidParameter(
    'missingParameter',
    'Neither `userId` nor `username` is there',
    "must have required property 'userId'",
  ),
  invalidParameter(
    'twoNames',
    '`userId` and `username` are both there',
    'must match exactly one schema in oneOf',
  ),
  invalidParameter('wrongKind', 'The name is not text', 'must be string'),
  UNKNOWN_PARAMETER,
  USER_NOT_FOUND,
];

export function ApiEnrolment(): ClassDecorator {
  return applyDecorators(ApiTags('Two-factor authentication'));
}

export function ApiEnableTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersEnableTotp',
      summary: 'Get a secret for an authenticator',
      description:
        'It is shown once, and counts for nothing until a code of it is validated. Asks for what you have so far: your password as `x-2fa-code`, or a code by e-mail. Who has neither (single sign-on) must have logged in within the last 10 minutes, or is sent a code to a verified address. The secret is for the login that asks, and for 10 minutes.',
    }),
    ApiAnswer('The secret.', SECRET_ANSWER),
    ApiOwnProblems(TOTP_ALREADY_ENABLED),
  );
}

export function ApiValidateTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersValidateTotp',
      summary: 'Switch TOTP on by a code of the new secret',
      description: `The backup codes are shown once. All your other logins end. ${WEBSOCKET_NOTE}`,
    }),
    ApiCodeBody('A code that the authenticator shows.'),
    ApiAnswer('TOTP is on; these are the backup codes.', CODES_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_ALREADY_ENABLED, TOTP_NOT_BEGUN),
  );
}

export function ApiDisableTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersDisableTotp',
      summary: 'Switch TOTP off',
      description: `The secret and the backup codes are forgotten. All your other logins end. ${WEBSOCKET_NOTE}`,
    }),
    ApiCodeBody('A TOTP code or a backup code.'),
    ApiAnswer('TOTP is off.', DISABLED_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_NOT_ENABLED),
  );
}

export function ApiRegenerateTotpCodes(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRegenerateTotpCodes',
      summary: 'Get new backup codes',
      description: 'They are shown once. Those from before work no more.',
    }),
    ApiCodeBody('A TOTP code or a backup code.'),
    ApiAnswer('The new backup codes.', CODES_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_NOT_ENABLED),
  );
}

export function ApiTotpCodesRemaining(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersTotpCodesRemaining',
      summary: 'How many backup codes you have left',
    }),
    ApiAnswer('How many.', REMAINING_ANSWER),
    ApiOwnProblems(TOTP_NOT_ENABLED),
  );
}

export function ApiResetTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersResetTotp',
      summary: "Take somebody's TOTP away",
      description: `For who has lost the authenticator and the backup codes. All tokens of the user end, personal access tokens as well. Where there is no TOTP, nothing ends. ${WEBSOCKET_NOTE}`,
    }),
    ApiBody({
      required: true,
      description: 'Who it is: exactly one of the two.',
      schema: USER_NAME_BODY_SCHEMA,
    }),
    ApiAnswer('The user has no TOTP any more.', DONE_ANSWER),
    ApiOwnProblems(...USER_NAME_PROBLEMS),
  );
}

function ApiCodeBody(description: string): MethodDecorator {
  return ApiBody({ required: true, description, schema: CODE_BODY_SCHEMA });
}
