import { Module } from '@nestjs/common';
import { HealthModule } from '../health/health.module';
import { SessionIndexModule } from '../session-index/session-index.module';
import { ServiceMetrics } from './service.metrics';

@Module({
  imports: [HealthModule, SessionIndexModule],
  providers: [ServiceMetrics],
  exports: [ServiceMetrics],
})
export class MetricsModule {}
