import { Problem, causedBy } from '../common/errors/problem';
import { duration } from '../common/openapi/duration';
import { LOGIN_LIMITS } from './login.limits';
import { NO_PERMISSION } from '../permissions/permission.problems';
import {
  detailsOf,
  EMAIL_CHALLENGES,
  FailedChallenge,
  failedDetailsOf,
  SecondFactorChallenge,
} from '../two-factor/challenge';

const { user, address } = LOGIN_LIMITS;

export const LOGIN_REFUSED: Problem = {
  kind: 'login-refused',
  name: 'refused',
  when: 'The name, the password, the token or the body is wrong, the user is deactivated, or another site posted the form; the answer does not say which',
  ...loginFailure('Unauthorized'),
};

export const LOGIN_BLOCKED_FOR_USER: Problem = {
  kind: 'login-blocked',
  reason: 'user',
  name: 'blockedForUser',
  when: `${user.max} wrong passwords for this name in ${duration(user.withinMs)}`,
  ...loginFailure('error-login-blocked-for-user'),
};

export const LOGIN_BLOCKED_FOR_IP: Problem = {
  kind: 'login-blocked',
  reason: 'ip',
  name: 'blockedForIp',
  when: `${address.max} wrong passwords from this address (IPv6: its /64 network) in ${duration(address.withinMs)}`,
  ...loginFailure('error-login-blocked-for-ip'),
};

/** At a login these are 401, because on a 400 clients repeat the request (contract §4 and §5). */
export function loginSecondFactorRequired(challenge: SecondFactorChallenge): Problem {
  return {
    kind: 'login-second-factor-required',
    reason: challenge.method,
    name: 'totpRequired',
    when: 'The password is right and the user has a second factor, which was not submitted',
    ...loginFailure('totp-required', 'TOTP Required', { details: detailsOf(challenge) }),
  };
}

export function loginSecondFactorInvalid(challenge: FailedChallenge): Problem {
  return {
    kind: 'login-second-factor-invalid',
    reason: challenge.method,
    name: 'totpInvalid',
    when: 'The second factor is wrong or was already used',
    ...loginFailure('totp-invalid', 'TOTP Invalid', { details: failedDetailsOf(challenge) }),
  };
}

export const NO_LOGOUT_OF_TOKEN = causedBy(
  NO_PERMISSION,
  'personalAccessToken',
  'The token is a personal access token, which its owner removes with `users.removePersonalAccessToken`',
);

export const LOGIN_SECOND_FACTOR_PROBLEMS: Problem[] = [
  loginSecondFactorRequired({ method: 'totp', codeGenerated: false, availableMethods: ['totp'] }),
  loginSecondFactorInvalid({ method: 'totp', codeGenerated: false }),
  causedBy(
    loginSecondFactorRequired(EMAIL_CHALLENGES.sent),
    'emailSent',
    'The password is right and the user has codes by e-mail: one has been sent',
  ),
  causedBy(
    loginSecondFactorRequired(EMAIL_CHALLENGES.alreadySent),
    'emailOut',
    'The password is right and a code sent earlier is still valid',
  ),
];

/** All refusals of a login share this form (contract §5). */
function loginFailure(
  error: string,
  message = error,
  more: object = {},
): Pick<Problem, 'status' | 'body'> {
  return { status: 401, body: { status: 'error', error, message, ...more } };
}
