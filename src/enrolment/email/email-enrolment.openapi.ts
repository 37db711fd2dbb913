import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { ApiSecondFactor, EVERYWHERE } from '../../access/access.openapi';
import { EmailObstacle } from '../../common/errors/api-error';
import { ApiProblems, DocumentedProblem } from '../../common/openapi/api-problems.decorator';
import { duration } from '../../common/openapi/duration';
import { textProblems } from '../../common/openapi/parameter-problems';
import { WEBSOCKET_NOTE } from '../../common/openapi/websocket-note';
import { CODE_MAIL_LIMITS } from '../../two-factor/email-codes/code-mail.limits';
import { FRESH_LOGIN_REQUIRED } from '../totp/totp-enrolment.openapi';
import { RESET_EXAMPLE, RESET_SCHEMA } from '../totp/totp-enrolment.examples';

const { resend, resendSpacing } = CODE_MAIL_LIMITS;

const OFF = obstacle('off', 'The service has no mail server');
const CHANGED = obstacle('changed', 'Another request has changed it at the same time');

export function ApiEnableEmail(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersEnableEmailCodes',
      summary: 'Make codes by e-mail your second factor',
      description:
        'They go to all of your verified addresses. Asks for what you have so far: a TOTP code, or your password as `x-2fa-code`; of who has neither, a login of the last 10 minutes or a code by e-mail. All your other logins end. ' +
        WEBSOCKET_NOTE,
    }),
    ApiDone('Codes by e-mail are on.'),
    ApiSecondFactor(
      OFF,
      obstacle('no-verified-address', 'None of your addresses is verified'),
      obstacle('already-enabled', 'They are on already'),
      CHANGED,
      FRESH_LOGIN_REQUIRED,
    ),
  );
}

export function ApiDisableEmail(): MethodDecorator {
  return applyDecorators(
    ApiOperation({
      operationId: 'usersDisableEmailCodes',
      summary: 'Give up codes by e-mail',
      description: `Asks for your second factor. All your other logins end. ${WEBSOCKET_NOTE}`,
    }),
    ApiDone('Codes by e-mail are off.'),
    ApiSecondFactor(obstacle('not-enabled', 'They are off already'), CHANGED, FRESH_LOGIN_REQUIRED),
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
    ApiDone('Understood.'),
    ApiProblems(...textProblems('emailOrUsername'), OFF, ...EVERYWHERE),
  );
}

function ApiDone(description: string): MethodDecorator {
  const content = { 'application/json': { schema: RESET_SCHEMA, example: RESET_EXAMPLE } };
  return ApiOkResponse({ description, content });
}

function obstacle(reason: EmailObstacle, when: string): DocumentedProblem {
  return { name: reason, when, problem: { kind: 'email-obstacle', obstacle: reason } };
}
