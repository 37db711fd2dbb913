import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { ParametersGuard } from '../common/validation/parameters.guard';
import { PermissionsModule } from '../permissions/permissions.module';
import { TwoFactorModule } from '../two-factor/two-factor.module';
import { RequestAuditor } from './request.auditor';
import { RouteAccessChecker } from './route-access.checker';

/** Everything that a protected route needs around it. */
@Module({
  imports: [AuditModule, AuthModule, PermissionsModule, TwoFactorModule, DiscoveryModule],
  providers: [ParametersGuard, RouteAccessChecker, RequestAuditor],
  exports: [AuthModule, PermissionsModule, TwoFactorModule, ParametersGuard, RouteAccessChecker],
})
export class AccessModule {}
