import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { AuditModule } from '../audit/audit.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { AuditTrailController } from './audit-trail.controller';
import { AuditTrailExporter } from './audit-trail.exporter';
import { AuditTrailReader } from './audit-trail.reader';

@Module({
  imports: [AccessModule, AuditModule, SessionLifecycleModule],
  controllers: [AuditTrailController],
  providers: [AuditTrailReader, AuditTrailExporter],
})
export class AuditTrailModule {}
