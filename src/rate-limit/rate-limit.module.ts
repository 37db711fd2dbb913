import { Module } from '@nestjs/common';
import { RateLimitsModule } from '../database/rate-limits.module';
import { PermissionsModule } from '../permissions/permissions.module';
import { FloodGate } from './flood.gate';
import { PublicLimiter } from './public.limiter';
import { RateLimitGuard } from './rate-limit.guard';

@Module({
  imports: [RateLimitsModule, PermissionsModule],
  providers: [RateLimitGuard, PublicLimiter, FloodGate],
  exports: [RateLimitGuard],
})
export class RateLimitModule {}
