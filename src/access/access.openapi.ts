import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
import { causedBy, Problem } from '../common/errors/problem';
import { ApiProblems } from '../common/openapi/api-problems.decorator';
import { ownProblemsOf } from '../common/openapi/own-problems.decorator';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from '../common/openapi/security';
import { LOGIN_TOO_OLD, NO_PERMISSION } from '../permissions/permission.problems';
import {
  FRESH_LOGIN_REQUIRED,
  LOCKED_OUT,
  SECOND_FACTOR_PROBLEMS,
  secondFactorInvalid,
} from '../two-factor/two-factor.problems';
import { EnforcedPolicy } from './access-policy';

const CODE_INVALID = causedBy(
  secondFactorInvalid('totp'),
  'totpInvalid',
  'The code is wrong, or used up',
);

export function ApiAccess(policy: EnforcedPolicy): MethodDecorator {
  return (target, name, descriptor) => {
    const own = ownProblemsOf(descriptor.value as object);
    applyDecorators(...headersOf(policy), ApiProblems(...refusalsOf(policy), ...own))(
      target,
      name,
      descriptor,
    );
  };
}

function headersOf({ public: isPublic, stepUp, forOthers }: EnforcedPolicy): MethodDecorator[] {
  if (isPublic) return [];
  const signedIn = { [USER_ID]: [], [AUTH_TOKEN]: [] };
  const demanded = forOthers?.stepUp ?? stepUp;
  if (demanded !== 'always' && demanded !== 'before-enrolment') return [ApiSecurity(signedIn)];
  return [
    ApiSecurity({ ...signedIn, [TWO_FACTOR_CODE]: [] }),
    // Either suffices: about oneself, there is no code.
    ...(forOthers ? [ApiSecurity(signedIn)] : []),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The second factor that the code belongs to. Absent: the first that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email', 'password'] },
    }),
  ];
}

/** All but those of the preconditions, which their features document. */
function refusalsOf({
  public: isPublic,
  permission,
  stepUp,
  forOthers,
}: EnforcedPolicy): Problem[] {
  if (isPublic) return [];
  const demanded = forOthers?.permission ?? permission;
  return [
    NOT_LOGGED_IN,
    ...(demanded ? [LOGIN_TOO_OLD, noPermission(demanded)] : []),
    ...stepUpRefusals(forOthers?.stepUp ?? stepUp),
  ];
}

function stepUpRefusals(stepUp: EnforcedPolicy['stepUp']): Problem[] {
  switch (stepUp) {
    case undefined:
    case 'at-sign-in':
      return [];
    case 'always':
      return SECOND_FACTOR_PROBLEMS;
    case 'before-enrolment':
      return [...SECOND_FACTOR_PROBLEMS, FRESH_LOGIN_REQUIRED];
    default:
      return [CODE_INVALID, LOCKED_OUT];
  }
}

function noPermission(permission: string): Problem {
  return causedBy(
    NO_PERMISSION,
    'noPermission',
    `None of the caller's roles holds \`${permission}\``,
  );
}
