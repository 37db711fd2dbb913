import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { SecondFactorChallenge } from '../common/errors/api-error';
import { ApiProblems, DocumentedProblem } from '../common/openapi/api-problems.decorator';
import { duration } from '../common/openapi/duration';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from '../common/openapi/security';
import { CODE_MAIL_LIMITS } from '../two-factor/email-codes/code-mail.limits';

const { challenge } = CODE_MAIL_LIMITS;

const NOT_LOGGED_IN: DocumentedProblem = {
  name: 'notLoggedIn',
  when: 'A header is missing, or the token is unknown, expired or of a deactivated user',
  problem: { kind: 'not-logged-in' },
};

/** Too many wrong codes, whatever they were shown for. */
export const LOCKED_OUT: DocumentedProblem = {
  name: 'totpMaxAttempts',
  when: 'Too many wrong codes with this token, by this user, or at their sign-ins; none is judged before `Retry-After` is over, not even a right one',
  problem: { kind: 'second-factor-locked', method: 'totp', retryAfterSeconds: 900 },
};

/** What a challenge says where codes come by e-mail: one has just been sent, or one is out. */
export const EMAIL_CHALLENGES = {
  sent: {
    method: 'email',
    codeGenerated: true,
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
  out: {
    method: 'email',
    codeGenerated: false,
    codeExpires: new Date('2023-05-24T05:18:42.806Z'),
    emailOrUsername: 'Rod',
    availableMethods: ['email'],
  },
} satisfies Record<string, SecondFactorChallenge>;

/** Why a code cannot be sent by e-mail, wherever one is asked for. */
export const EMAIL_PROBLEMS: DocumentedProblem[] = [
  {
    name: 'emailNotSent',
    when: 'The mail server does not take the code in time; none is out then',
    problem: { kind: 'email-not-sent' },
  },
  {
    name: 'tooManyMails',
    when: `${challenge.max} codes were sent in ${duration(challenge.withinMs)} and none was used`,
    problem: { kind: 'too-many-requests', retryAfterSeconds: challenge.withinMs / 1000 },
  },
];

/** Why a password, or a code by e-mail, is not even compared. */
export const BUSY: DocumentedProblem[] = [
  {
    name: 'tooManyAtOnce',
    when: 'Too much of the same address or user waits to be compared already',
    problem: { kind: 'too-many-requests', retryAfterSeconds: 5 },
  },
  {
    name: 'overloaded',
    when: 'Too much of all together waits, or it has waited for too long',
    problem: { kind: 'overloaded', retryAfterSeconds: 5 },
  },
];

const SECOND_FACTOR: DocumentedProblem[] = [
  {
    name: 'totpRequired',
    when: 'No second factor is shown',
    problem: {
      kind: 'second-factor-required',
      challenge: { method: 'totp', codeGenerated: false, availableMethods: ['totp'] },
    },
  },
  {
    name: 'totpInvalid',
    when: 'The second factor is wrong, or used up',
    problem: { kind: 'second-factor-invalid', challenge: { method: 'totp', codeGenerated: false } },
  },
  {
    name: 'emailSent',
    when: 'No second factor is shown, and a code has been sent by e-mail',
    problem: { kind: 'second-factor-required', challenge: EMAIL_CHALLENGES.sent },
  },
  {
    name: 'emailOut',
    when: 'No second factor is shown, and a code that was sent before still counts',
    problem: { kind: 'second-factor-required', challenge: EMAIL_CHALLENGES.out },
  },
  LOCKED_OUT,
  ...EMAIL_PROBLEMS,
  ...BUSY,
];

/** What may go wrong anywhere. */
export const EVERYWHERE: DocumentedProblem[] = [
  {
    name: 'unforeseen',
    when: 'Something that should not happen',
    problem: { kind: 'unforeseen' },
  },
  {
    name: 'databaseUnreachable',
    when: 'The database cannot be asked at present',
    problem: { kind: 'database-unreachable' },
  },
];

/** Documents what SignedIn asks for and how it refuses, beside what may go wrong in the route itself. */
export function ApiSignedIn(...problems: DocumentedProblem[]): MethodDecorator {
  return applyDecorators(
    ApiSecurity({ [USER_ID]: [], [AUTH_TOKEN]: [] }),
    ApiProblems(NOT_LOGGED_IN, ...problems, ...EVERYWHERE),
  );
}

/** The same for a route that asks for a second factor as well. */
export function ApiSecondFactor(...problems: DocumentedProblem[]): MethodDecorator {
  return applyDecorators(
    ApiSecurity({ [USER_ID]: [], [AUTH_TOKEN]: [], [TWO_FACTOR_CODE]: [] }),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The second factor that the code belongs to. Absent: the first that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email', 'password'] },
    }),
    ApiProblems(NOT_LOGGED_IN, ...SECOND_FACTOR, ...problems, ...EVERYWHERE),
  );
}

/** Documents what Permitted asks for and how it refuses, beside what may go wrong in the route itself. */
export function ApiPermitted(
  permission: string,
  ...problems: DocumentedProblem[]
): MethodDecorator {
  return ApiSignedIn(noPermission(permission), ...problems);
}

/** The same for PermittedAndProven. */
export function ApiPermittedAndProven(
  permission: string,
  ...problems: DocumentedProblem[]
): MethodDecorator {
  return ApiSecondFactor(noPermission(permission), ...problems);
}

function noPermission(permission: string): DocumentedProblem {
  return {
    name: 'noPermission',
    when: `None of the caller's roles holds \`${permission}\``,
    problem: { kind: 'no-permission' },
  };
}
