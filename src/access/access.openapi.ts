import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiSecurity } from '@nestjs/swagger';
import { ApiProblems } from '../common/openapi/api-problems.decorator';
import { AUTH_TOKEN, TWO_FACTOR_CODE, USER_ID } from '../common/openapi/security';
import { NOT_LOGGED_IN } from '../auth/auth.problems';
import { causedBy, Problem } from '../common/errors/problem';
import { NO_PERMISSION } from '../permissions/permission.problems';
import { SECOND_FACTOR_PROBLEMS } from '../two-factor/two-factor.problems';

/** Documents what SignedIn asks for and how it refuses, beside what may go wrong in the route itself. */
export function ApiSignedIn(...problems: Problem[]): MethodDecorator {
  return applyDecorators(
    ApiSecurity({ [USER_ID]: [], [AUTH_TOKEN]: [] }),
    ApiProblems(NOT_LOGGED_IN, ...problems),
  );
}

/** The same for a route that asks for a second factor as well. */
export function ApiSecondFactor(...problems: Problem[]): MethodDecorator {
  return applyDecorators(
    ApiSecurity({ [USER_ID]: [], [AUTH_TOKEN]: [], [TWO_FACTOR_CODE]: [] }),
    ApiHeader({
      name: 'x-2fa-method',
      required: false,
      description:
        'The second factor that the code belongs to. Absent: the first that the user has enabled.',
      schema: { type: 'string', enum: ['totp', 'email', 'password'] },
    }),
    ApiProblems(NOT_LOGGED_IN, ...SECOND_FACTOR_PROBLEMS, ...problems),
  );
}

/** Documents what Permitted asks for and how it refuses, beside what may go wrong in the route itself. */
export function ApiPermitted(permission: string, ...problems: Problem[]): MethodDecorator {
  return ApiSignedIn(noPermission(permission), ...problems);
}

/** The same for PermittedAndProven. */
export function ApiPermittedAndProven(permission: string, ...problems: Problem[]): MethodDecorator {
  return ApiSecondFactor(noPermission(permission), ...problems);
}

function noPermission(permission: string): Problem {
  return causedBy(
    NO_PERMISSION,
    'noPermission',
    `None of the caller's roles holds \`${permission}\``,
  );
}
