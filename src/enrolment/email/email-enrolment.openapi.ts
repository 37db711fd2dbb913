import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation } from '@nestjs/swagger';
import { textProblems } from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import { DONE_ANSWER } from '../totp/totp-enrolment.shapes';
import { ApiAnswer } from '../../common/openapi/answer.shape';
import { duration } from '../../common/openapi/duration';
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
      summary: 'Make codes by e-mail your second factor',
      description:
        'They go to all of your verified addresses. Asks for what you have so far: a TOTP code, or your password as `x-2fa-code`; of who has neither, a login of the last 10 minutes or a code by e-mail. All your other logins end. ' +
        WEBSOCKET_NOTE,
    }),
    ApiAnswer('Codes by e-mail are on.', DONE_ANSWER),
    ApiOwnProblems(EMAIL_OFF, NO_VERIFIED_ADDRESS, EMAIL_ALREADY_ENABLED, EMAIL_CHANGED),
  );
}

export function ApiDisableEmail(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersDisableEmailCodes',
      summary: 'Give up codes by e-mail',
      description: `Asks for your second factor. All your other logins end. ${WEBSOCKET_NOTE}`,
    }),
    ApiAnswer('Codes by e-mail are off.', DONE_ANSWER),
    ApiOwnProblems(EMAIL_NOT_ENABLED, EMAIL_CHANGED),
  );
}

export function ApiSendEmailCode(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersSendEmailCode',
      summary: 'Send another code by e-mail',
      description:
        'In place of the one that is out, which for a minute is no wrong guess; what was tried for it stays counted, unless it can be tried no more. ' +
        `At most ${resendSpacing.max} in ${duration(resendSpacing.withinMs)} and ${resend.max} in ${duration(resend.withinMs)}. ` +
        'The answer is the same for everybody: it does not tell whether a mail goes out, nor whether there is such a user.',
    }),
    ApiBody({
      required: true,
      description: 'Whom it is for.',
      schema: {
        type: 'object',
        required: ['emailOrUsername'],
        additionalProperties: false,
        properties: { emailOrUsername: { type: 'string', example: 'Rod' } },
      },
    }),
    ApiAnswer('Understood.', DONE_ANSWER),
    ApiOwnProblems(...textProblems('emailOrUsername'), EMAIL_OFF),
  );
}
