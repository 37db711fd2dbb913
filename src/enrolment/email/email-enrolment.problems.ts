import { failure } from '../../common/errors/answer';
import { Problem } from '../../common/errors/problem';

export const NO_VERIFIED_ADDRESS = emailProblem(
  'no-verified-address',
  'noVerifiedAddress',
  'None of your addresses is verified',
  'You need to verify your e-mail address first [error-2fa-email-unverified]',
);

export const EMAIL_ALREADY_ENABLED = emailProblem(
  'already-enabled',
  'alreadyEnabled',
  'Codes by e-mail are already enabled',
  'Codes by e-mail are already enabled [error-2fa-already-enabled]',
);

export const EMAIL_NOT_ENABLED = emailProblem(
  'not-enabled',
  'notEnabled',
  'Codes by e-mail are not enabled',
  'Codes by e-mail are not enabled [error-2fa-not-enabled]',
);

export const EMAIL_CHANGED = emailProblem(
  'changed',
  'changed',
  'Another request enabled or disabled the codes at the same time',
  'Codes by e-mail have just been changed by another request [error-2fa-changed]',
);

function emailProblem(reason: string, name: string, when: string, error: string): Problem {
  return { kind: 'email-obstacle', reason, name, when, ...failure(400, error) };
}
