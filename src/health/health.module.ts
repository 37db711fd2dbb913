import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { AccessModule } from '../access/access.module';
import { SessionIndexModule } from '../session-index/session-index.module';
import { DatabasePing } from './database.ping';
import { DrainState } from './drain.state';
import { HealthController } from './health.controller';
import { ReadinessService } from './readiness.service';

@Module({
  // ReadinessService logs, once for each change.
  imports: [AccessModule, SessionIndexModule, TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DatabasePing, DrainState, ReadinessService],
  exports: [DrainState, ReadinessService],
})
export class HealthModule {}
