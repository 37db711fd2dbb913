import { CanActivate, Type } from '@nestjs/common';
import { AuthGuard } from '../auth/auth.guard';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { PermissionGuard } from '../permissions/permission.guard';
import { TwoFactorGuard } from '../two-factor/two-factor.guard';
import { PreconditionGuard } from './precondition.guard';

/** The guards of every route, in the order of contract §1. A rate limit (429) belongs after AuthGuard. */
export const GUARDS: readonly Type<CanActivate>[] = [
  AuthGuard,
  PermissionGuard,
  ParametersGuard,
  PreconditionGuard,
  TwoFactorGuard,
];
