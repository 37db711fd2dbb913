import { applyDecorators, UseGuards } from '@nestjs/common';
import { AuthGuard } from '../auth/auth.guard';
import { ParametersClass } from '../common/validation/validate-parameters';
import { ParametersGuard, TakesParameters } from '../common/validation/parameters.guard';
import { PermissionGuard } from '../permissions/permission.guard';
import { RequirePermission } from '../permissions/require-permission.decorator';
import { TwoFactorGuard } from '../two-factor/two-factor.guard';
import { DeclareAccess, RouteAudit } from './route-access';

/** What a route takes and what the log says of it. `audit` is compulsory for whatever is no GET. */
interface Declared<T extends object> {
  parameters?: ParametersClass<T>;
  audit?: RouteAudit<keyof T & string>;
}

/**
 * For whoever is logged in, holds the permission and shows a valid second factor. The order of the guards is the order
 * of the checks: 401, 403, 400 for the parameters, 400 for the second factor (contract §1).
 */
export function PermittedAndProven<T extends object>(
  permission: string,
  parameters: ParametersClass<T>,
  audit: RouteAudit<keyof T & string>,
): MethodDecorator {
  return applyDecorators(
    DeclareAccess({ protection: 'permission and second factor', permission, parameters, audit }),
    RequirePermission(permission),
    TakesParameters(parameters),
    UseGuards(AuthGuard, PermissionGuard, ParametersGuard, TwoFactorGuard),
  );
}

/** For whoever is logged in and holds the permission, without a second factor: 401, then 403. */
export function Permitted(permission: string, audit: RouteAudit<never>): MethodDecorator {
  return applyDecorators(
    DeclareAccess({ protection: 'permission', permission, audit }),
    RequirePermission(permission),
    UseGuards(AuthGuard, PermissionGuard),
  );
}

/** For whoever is logged in: 401, then 400 for the parameters, where the route takes any. */
export function SignedIn<T extends object>(declared: Declared<T> = {}): MethodDecorator {
  const { parameters } = declared;
  return applyDecorators(
    DeclareAccess({ protection: 'signed-in', ...declared }),
    ...(parameters
      ? [TakesParameters(parameters), UseGuards(AuthGuard, ParametersGuard)]
      : [UseGuards(AuthGuard)]),
  );
}

/** For everybody: 400 for the parameters, where they are declared. The route itself decides whom it serves. */
export function Public<T extends object>(declared: Declared<T> = {}): MethodDecorator {
  const { parameters } = declared;
  return applyDecorators(
    DeclareAccess({ protection: 'public', ...declared }),
    ...(parameters ? [TakesParameters(parameters), UseGuards(ParametersGuard)] : []),
  );
}
