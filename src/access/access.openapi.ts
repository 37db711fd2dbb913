import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { SecondFactorChallenge } from '../common/errors/api-error';
import { ApiProblems, DocumentedProblem } from '../common/openapi/api-problems.decorator';
import { ownProblemsOf } from '../common/openapi/own-problems.decorator';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from '../common/openapi/security';
import { EnforcedPolicy } from './access-policy';

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
    when: 'Ten codes were sent in 15 minutes and none was used',
    problem: { kind: 'too-many-requests', retryAfterSeconds: 900 },
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

/** Before a factor is set up or given up, in place of a second factor. */
const FRESH_LOGIN_REQUIRED: DocumentedProblem = {
  name: 'freshLoginRequired',
  when: 'You have neither a password nor a factor, have not logged in within the last 10 minutes or ask with a personal access token, and no code can be sent to you',
  problem: { kind: 'fresh-login-required' },
};

/** Of a code that the body carries. */
const CODE_INVALID: DocumentedProblem = {
  name: 'totpInvalid',
  when: 'The code is wrong, or used up',
  problem: { kind: 'second-factor-invalid', challenge: { method: 'totp', codeGenerated: false } },
};

/** What may go wrong anywhere. */
const EVERYWHERE: DocumentedProblem[] = [
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

/**
 * Documents what follows from a policy: the headers that it asks for, and how the guards refuse. The route's own problems,
 * which its own decorators have named before, stand between.
 */
export function ApiAccess(policy: EnforcedPolicy): MethodDecorator {
  return (target, name, descriptor) => {
    const own = ownProblemsOf(descriptor.value as object);
    applyDecorators(
      ...headersOf(policy),
      ApiProblems(...refusalsOf(policy), ...own, ...EVERYWHERE),
    )(target, name, descriptor);
  };
}

function headersOf({ public: isPublic, stepUp }: EnforcedPolicy): MethodDecorator[] {
  if (isPublic) return [];
  const signedIn = { [USER_ID]: [], [AUTH_TOKEN]: [] };
  if (stepUp !== 'always' && stepUp !== 'before-enrolment') return [ApiSecurity(signedIn)];
  return [
    ApiSecurity({ ...signedIn, [TWO_FACTOR_CODE]: [] }),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The second factor that the code belongs to. Absent: the first that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email', 'password'] },
    }),
  ];
}

/** How the guards refuse, but for the preconditions: their refusals are the feature's own. */
function refusalsOf({ public: isPublic, permission, stepUp }: EnforcedPolicy): DocumentedProblem[] {
  if (isPublic) return [];
  return [
    NOT_LOGGED_IN,
    ...(permission ? [noPermission(permission)] : []),
    ...stepUpRefusals(stepUp),
  ];
}

function stepUpRefusals(stepUp: EnforcedPolicy['stepUp']): DocumentedProblem[] {
  switch (stepUp) {
    case undefined:
    case 'at-sign-in':
      return [];
    case 'always':
      return SECOND_FACTOR;
    case 'before-enrolment':
      return [...SECOND_FACTOR, FRESH_LOGIN_REQUIRED];
    default:
      return [CODE_INVALID, LOCKED_OUT];
  }
}

function noPermission(permission: string): DocumentedProblem {
  return {
    name: 'noPermission',
    when: `None of the caller's roles holds \`${permission}\``,
    problem: { kind: 'no-permission' },
  };
}
