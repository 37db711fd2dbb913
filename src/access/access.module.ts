import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { PermissionsModule } from '../permissions/permissions.module';
import { TwoFactorModule } from '../two-factor/two-factor.module';
import { GUARDS } from './guards';
import { PreconditionGuard } from './precondition.guard';
import { RequestAuditor } from './request.auditor';
import { RouteAccessChecker } from './route-access.checker';

@Module({
  imports: [AuditModule, AuthModule, PermissionsModule, TwoFactorModule, DiscoveryModule],
  providers: [
    ParametersGuard,
    PreconditionGuard,
    ...GUARDS.map((guard) => ({ provide: APP_GUARD, useExisting: guard })),
    RouteAccessChecker,
    RequestAuditor,
  ],
  exports: [AuthModule, PermissionsModule, TwoFactorModule],
})
export class AccessModule {}
