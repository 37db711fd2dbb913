import { failure, withRetryAfter } from '../common/errors/answer';
import { overloaded, tooManyRequests } from '../common/errors/common.problems';
import { causedBy, Problem } from '../common/errors/problem';
import {
  detailsOf,
  EMAIL_CHALLENGES,
  failedDetailsOf,
  FailedChallenge,
  SecondFactorChallenge,
  SecondFactorName,
} from './challenge';
import { EMAIL_NOT_SENT, TOO_MANY_EMAIL_CODES } from './email-codes/email-code.problems';

/** No code was submitted. Clients repeat the request with one. */
export interface SecondFactorRequired extends Problem {
  readonly kind: 'second-factor-required';
  readonly challenge: SecondFactorChallenge;
}

/** The code was wrong, or used up. */
export interface SecondFactorInvalid extends Problem {
  readonly kind: 'second-factor-invalid';
  readonly challenge: FailedChallenge;
}

export function secondFactorRequired(challenge: SecondFactorChallenge): SecondFactorRequired {
  return {
    kind: 'second-factor-required',
    reason: challenge.method,
    name: 'totpRequired',
    when: 'No second factor is submitted',
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
    when: 'The second factor is wrong, or used up',
    challenge,
    ...failure(400, 'TOTP Invalid [totp-invalid]', { details: failedDetailsOf(challenge) }),
  };
}

/** @param seconds until a code is verified again */
export function secondFactorLocked(method: SecondFactorName, seconds: number): Problem {
  return {
    kind: 'second-factor-locked',
    reason: method,
    name: 'totpMaxAttempts',
    when: 'Too many wrong codes with this token, by this user, or at their sign-ins; until `Retry-After` is over no code is verified, not even a right one',
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

/** Setting up or giving up a factor, by a user who has nothing to prove it with (docs/adr/0011). */
export const FRESH_LOGIN_REQUIRED: Problem = {
  kind: 'fresh-login-required',
  name: 'freshLoginRequired',
  when: 'You have neither a password nor a factor, have not logged in within the last 10 minutes or use a personal access token, and no code can be sent to you',
  ...failure(
    400,
    'Please log in again: this needs a login of the last 10 minutes [error-fresh-login-required]',
  ),
};

/** As an example: too many wrong codes, whatever they were submitted for. */
export const LOCKED_OUT = secondFactorLocked('totp', 900);

/** Why a password or a code by e-mail is not even compared. */
export const BUSY: Problem[] = [
  causedBy(
    tooManyRequests(5),
    'tooManyAtOnce',
    'Too many requests of the same address or user are waiting to be verified',
  ),
  overloaded(5),
];

/** Every refusal of a route that demands a second factor. */
export const SECOND_FACTOR_PROBLEMS: Problem[] = [
  secondFactorRequired({ method: 'totp', codeGenerated: false, availableMethods: ['totp'] }),
  secondFactorInvalid('totp'),
  causedBy(
    secondFactorRequired(EMAIL_CHALLENGES.sent),
    'emailSent',
    'No second factor is submitted, and a code has been sent by e-mail',
  ),
  causedBy(
    secondFactorRequired(EMAIL_CHALLENGES.out),
    'emailOut',
    'No second factor is submitted, and a code that was sent before still counts',
  ),
  LOCKED_OUT,
  EMAIL_NOT_SENT,
  TOO_MANY_EMAIL_CODES,
  ...BUSY,
];
