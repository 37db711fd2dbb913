import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { textProblems } from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import { DONE_ANSWER } from '../totp/totp-enrolment.shapes';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { duration } from '../../common/openapi/duration';
import { FRESH_LOGIN_MS } from '../../two-factor/methods/fresh-login';
import { CODE_MAIL_LIMITS } from '../../two-factor/email-codes/code-mail.limits';
import { ApiOwnProblems } from '../../common/openapi/own-problems.decorator';
import { EMAIL_OFF } from '../../two-factor/email-codes/email-code.problems';
import {
  EMAIL_ALREADY_ENABLED,
  EMAIL_CHANGED,
  EMAIL_NOT_ENABLED,
  NO_VERIFIED_ADDRESS,
} from './email-enrolment.problems';

const { resend, resendSpacing } = CODE_MAIL_LIMITS;

export function ApiEnableEmail(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersEnableEmailCodes',
      summary: 'Enable codes by e-mail as your second factor',
      description: `Codes go to all your verified addresses. Requires what you have so far: a TOTP code, or your password as \`x-2fa-code\`. Users with neither must have logged in within the last ${duration(FRESH_LOGIN_MS)}, or get a code by e-mail. Revokes all your other logins. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Codes by e-mail enabled', DONE_ANSWER),
    ApiOwnProblems(EMAIL_OFF, NO_VERIFIED_ADDRESS, EMAIL_ALREADY_ENABLED, EMAIL_CHANGED),
  );
}

export function ApiDisableEmail(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersDisableEmailCodes',
      summary: 'Disable codes by e-mail',
      description: `Requires your second factor. Revokes all your other logins. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Codes by e-mail disabled', DONE_ANSWER),
    ApiOwnProblems(EMAIL_NOT_ENABLED, EMAIL_CHANGED),
  );
}

export function ApiSendEmailCode(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersSendEmailCode',
      summary: 'Send another code by e-mail',
      description:
        'The new code replaces the current one, which for one minute does not count as a wrong guess. Earlier tries stay counted, unless the current code has no tries left. ' +
        `At most ${resendSpacing.max} mail per ${duration(resendSpacing.withinMs)} and ${resend.max} per ${duration(resend.withinMs)}. ` +
        'The answer is always the same: it does not reveal whether a mail is sent or whether the user exists.',
    }),
    ApiBody({
      required: true,
      description: 'The user, by e-mail address or username',
      schema: {
        type: 'object',
        required: ['emailOrUsername'],
        additionalProperties: false,
        properties: { emailOrUsername: { type: 'string', example: 'Rod' } },
      },
    }),
    ApiAnswer('Accepted', DONE_ANSWER),
    ApiOwnProblems(...textProblems('emailOrUsername'), EMAIL_OFF),
  );
}
