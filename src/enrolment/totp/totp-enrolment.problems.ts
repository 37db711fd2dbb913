import { failure } from '../../common/errors/answer';
import { Problem } from '../../common/errors/problem';
import { duration } from '../../common/openapi/duration';
import { ENROLMENT_MS } from './totp-enrolment.limits';

export const TOTP_ALREADY_ENABLED = totpProblem(
  'already-enabled',
  'alreadyEnabled',
  'TOTP is already enabled',
  'TOTP is already enabled [error-2fa-already-enabled]',
);

export const TOTP_NOT_ENABLED = totpProblem(
  'not-enabled',
  'notEnabled',
  'TOTP is not enabled',
  'TOTP is not enabled [error-2fa-not-enabled]',
);

export const TOTP_NOT_BEGUN = totpProblem(
  'not-begun',
  'notBegun',
  `This login requested no secret within the last ${duration(ENROLMENT_MS)}`,
  'There is no TOTP enrolment to validate [error-2fa-not-begun]',
);

export const TOTP_CHANGED = totpProblem(
  'changed',
  'changed',
  'Another request changed TOTP or its backup codes at the same time; this one changed nothing',
  'TOTP has just been changed by another request [error-2fa-changed]',
);

function totpProblem(reason: string, name: string, when: string, error: string): Problem {
  return { kind: 'totp-obstacle', reason, name, when, ...failure(400, error) };
}
