import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { PermissionsModule } from '../permissions/permissions.module';
import { RateLimitModule } from '../rate-limit/rate-limit.module';
import { TwoFactorModule } from '../two-factor/two-factor.module';
import { ChangeGuard } from './change.guard';
import { GUARDS } from './guards';
import { PreconditionGuard } from './precondition.guard';
import { RequestAuditor } from './request.auditor';
import { RouteAccessChecker } from './route-access.checker';
import { StandingPermission } from './standing.permission';
import { ValidCursor } from './valid-cursor.precondition';

@Module({
  imports: [
    AuditModule,
    AuthModule,
    RateLimitModule,
    PermissionsModule,
    TwoFactorModule,
    DiscoveryModule,
  ],
  providers: [
    ParametersGuard,
    PreconditionGuard,
    ChangeGuard,
    StandingPermission,
    ValidCursor,
    ...GUARDS.map((guard) => ({ provide: APP_GUARD, useExisting: guard })),
    RouteAccessChecker,
    RequestAuditor,
  ],
  exports: [AuthModule, PermissionsModule, TwoFactorModule, StandingPermission, ValidCursor],
})
export class AccessModule {}
