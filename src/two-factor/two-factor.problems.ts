import { failure, withRetryAfter } from '../common/errors/answer';
import { overloaded, tooManyRequests } from '../common/errors/common.problems';
import { causedBy, Problem } from '../common/errors/problem';
import { duration } from '../common/openapi/duration';
import {
  detailsOf,
  EMAIL_CHALLENGES,
  failedDetailsOf,
  FailedChallenge,
  SecondFactorChallenge,
  SecondFactorName,
} from './challenge';
import { FRESH_LOGIN_MS } from './methods/fresh-login';
import { EMAIL_NOT_SENT, TOO_MANY_EMAIL_CODES } from './email-codes/email-code.problems';

export interface SecondFactorRequired extends Problem {
  readonly kind: 'second-factor-required';
  readonly challenge: SecondFactorChallenge;
}

export interface SecondFactorInvalid extends Problem {
  readonly kind: 'second-factor-invalid';
  readonly challenge: FailedChallenge;
}

export function secondFactorRequired(challenge: SecondFactorChallenge): SecondFactorRequired {
  return {
    kind: 'second-factor-required',
    reason: challenge.method,
    name: 'totpRequired',
    when: 'No second factor was submitted',
    challenge,
    ...failure(400, 'TOTP Required [totp-required]', { details: detailsOf(challenge) }),
  };
}

export function secondFactorInvalid(method: SecondFactorName): SecondFactorInvalid {
  const challenge = { method, codeGenerated: false };
  return {
    kind: 'second-factor-invalid',
    reason: method,
    name: 'totpInvalid',
    when: 'The second factor is wrong or was already used',
    challenge,
    ...failure(400, 'TOTP Invalid [totp-invalid]', { details: failedDetailsOf(challenge) }),
  };
}

/** @param seconds until codes are verified again */
export function secondFactorLocked(method: SecondFactorName, seconds: number): Problem {
  return {
    kind: 'second-factor-locked',
    reason: method,
    name: 'totpMaxAttempts',
    when: 'Too many wrong codes with this token, by this user or at their sign-ins; no code is verified until `Retry-After` has passed, not even a right one',
    ...withRetryAfter(
      failure(429, 'TOTP Maximum Failed Attempts Reached [totp-max-attempts]', {
        details: { method },
      }),
      seconds,
    ),
  };
}

export function isSecondFactorRequired(problem: Problem): problem is SecondFactorRequired {
  return problem.kind === 'second-factor-required';
}

export function isSecondFactorInvalid(problem: Problem): problem is SecondFactorInvalid {
  return problem.kind === 'second-factor-invalid';
}

/** A user without a password or factor must log in again before a change (docs/adr/0011). */
export const FRESH_LOGIN_REQUIRED: Problem = {
  kind: 'fresh-login-required',
  name: 'freshLoginRequired',
  when: `You have neither a password nor a factor, no code can be sent to you, and you use a personal access token or logged in more than ${duration(FRESH_LOGIN_MS)} ago`,
  ...failure(
    400,
    `Please log in again: this needs a login of the last ${duration(FRESH_LOGIN_MS)} [error-fresh-login-required]`,
  ),
};

export const LOCKED_OUT = secondFactorLocked('totp', 900);

/** Refusals before a password or an e-mail code is compared. */
export const BUSY: Problem[] = [
  causedBy(
    tooManyRequests(5),
    'tooManyAtOnce',
    'Too many requests from the same address or for the same user are waiting to be verified',
  ),
  overloaded(5),
];

export const SECOND_FACTOR_PROBLEMS: Problem[] = [
  secondFactorRequired({ method: 'totp', codeGenerated: false, availableMethods: ['totp'] }),
  secondFactorInvalid('totp'),
  causedBy(
    secondFactorRequired(EMAIL_CHALLENGES.sent),
    'emailSent',
    'No second factor was submitted, and a code has been sent by e-mail',
  ),
  causedBy(
    secondFactorRequired(EMAIL_CHALLENGES.alreadySent),
    'emailOut',
    'No second factor was submitted, and a code sent earlier is still valid',
  ),
  LOCKED_OUT,
  EMAIL_NOT_SENT,
  TOO_MANY_EMAIL_CODES,
  ...BUSY,
];
