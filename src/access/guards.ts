import { CanActivate, Type } from '@nestjs/common';
import { AuthGuard } from '../auth/auth.guard';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { LoginAgeGuard } from '../permissions/login-age.guard';
import { PermissionGuard } from '../permissions/permission.guard';
import { RateLimitGuard } from '../rate-limit/rate-limit.guard';
import { TwoFactorGuard } from '../two-factor/two-factor.guard';
import { ChangeGuard } from './change.guard';
import { PreconditionGuard } from './precondition.guard';

/** The guards of every route, in the order of contract §1. */
export const GUARDS: readonly Type<CanActivate>[] = [
  AuthGuard,
  RateLimitGuard,
  LoginAgeGuard,
  PermissionGuard,
  ParametersGuard,
  PreconditionGuard,
  TwoFactorGuard,
  ChangeGuard,
];
