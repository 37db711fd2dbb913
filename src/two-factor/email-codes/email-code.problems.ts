import { failure } from '../../common/errors/answer';
import { tooManyRequests } from '../../common/errors/common.problems';
import { causedBy, Problem } from '../../common/errors/problem';
import { duration } from '../../common/openapi/duration';
import { CODE_MAIL_LIMITS } from './code-mail.limits';

const { challenge } = CODE_MAIL_LIMITS;

export const EMAIL_OFF: Problem = {
  kind: 'email-obstacle',
  reason: 'off',
  name: 'off',
  when: 'The service has no mail server',
  ...failure(400, 'Codes by e-mail are off: the service has no mail server [error-2fa-email-off]'),
};

export const EMAIL_NOT_SENT: Problem = {
  kind: 'email-not-sent',
  name: 'emailNotSent',
  when: 'The mail server did not accept the new code in time, so the code is not valid',
  ...failure(
    503,
    'The code could not be sent by e-mail. Please try again later [error-email-send-failed]',
  ),
};

export const TOO_MANY_EMAIL_CODES = causedBy(
  tooManyRequests(challenge.withinMs / 1000),
  'tooManyMails',
  `${challenge.max} codes were sent in ${duration(challenge.withinMs)} and none was used`,
);
