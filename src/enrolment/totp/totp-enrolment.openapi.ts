import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { Problem } from '../../common/errors/problem';
import { textProblems } from '../../common/openapi/parameter-problems';
import { duration } from '../../common/openapi/duration';
import { FRESH_LOGIN_MS } from '../../two-factor/methods/fresh-login';
import { ENROLMENT_MS } from './totp-enrolment.limits';
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
} from './totp-enrolment.problems';
import { USER_NAME_PROBLEMS } from '../../workspace-data/users/user.problems';

const CODE_PROBLEMS: Problem[] = [...textProblems('code'), TOTP_CHANGED];

export function ApiEnrolment(): ClassDecorator {
  return applyDecorators(ApiTags('Two-factor authentication'));
}

export function ApiEnableTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersEnableTotp',
      summary: 'Start TOTP enrolment',
      description: `Returns a secret for an authenticator. The secret is shown only once and has no effect until one of its codes is validated, with the same login and within ${duration(ENROLMENT_MS)}. Requires what you have so far: your password as \`x-2fa-code\`, or a code by e-mail. Users with neither (single sign-on) must have logged in within the last ${duration(FRESH_LOGIN_MS)}, or get a code at a verified address.`,
    }),
    ApiAnswer('The secret', SECRET_ANSWER),
    ApiOwnProblems(TOTP_ALREADY_ENABLED),
  );
}

export function ApiValidateTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersValidateTotp',
      summary: 'Enable TOTP with a code of the new secret',
      description: `The backup codes are shown only once. Revokes all your other logins. ${WEBSOCKET_NOTE}`,
    }),
    ApiCodeBody('A code from the authenticator'),
    ApiAnswer('TOTP enabled; the backup codes', CODES_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_ALREADY_ENABLED, TOTP_NOT_BEGUN),
  );
}

export function ApiDisableTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersDisableTotp',
      summary: 'Disable TOTP',
      description: `Deletes the secret and the backup codes. Revokes all your other logins. ${WEBSOCKET_NOTE}`,
    }),
    ApiCodeBody('A TOTP code or a backup code'),
    ApiAnswer('TOTP disabled', DISABLED_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_NOT_ENABLED),
  );
}

export function ApiRegenerateTotpCodes(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersRegenerateTotpCodes',
      summary: 'Regenerate the backup codes',
      description: 'The new codes are shown only once and replace all old ones.',
    }),
    ApiCodeBody('A TOTP code or a backup code'),
    ApiAnswer('The new backup codes', CODES_ANSWER),
    ApiOwnProblems(...CODE_PROBLEMS, TOTP_NOT_ENABLED),
  );
}

export function ApiTotpCodesRemaining(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersTotpCodesRemaining',
      summary: 'Count the remaining backup codes',
    }),
    ApiAnswer('Number of remaining backup codes', REMAINING_ANSWER),
    ApiOwnProblems(TOTP_NOT_ENABLED),
  );
}

export function ApiResetTotp(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersResetTotp',
      summary: "Reset a user's TOTP",
      description: `For users who have lost their authenticator and backup codes. Revokes all tokens of the user, including personal access tokens. If the user has no TOTP, nothing is revoked. ${WEBSOCKET_NOTE}`,
    }),
    ApiBody({
      required: true,
      description: 'The user, by exactly one of the two names',
      schema: USER_NAME_BODY_SCHEMA,
    }),
    ApiAnswer('TOTP reset', DONE_ANSWER),
    ApiOwnProblems(...USER_NAME_PROBLEMS),
  );
}

function ApiCodeBody(description: string): MethodDecorator {
  return ApiBody({ required: true, description, schema: CODE_BODY_SCHEMA });
}
