import { Module } from '@nestjs/common';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { AuditLog } from './audit-log.service';
import { StoredAuditRecord, StoredAuditRecordSchema } from './audit-record.schema';
import { AuditRecordsRepository } from './audit-records.repository';
import { AuditTrail } from './audit.trail';

@Module({
  imports: [
    OwnCollectionsModule.forFeature({
      name: StoredAuditRecord.name,
      schema: StoredAuditRecordSchema,
    }),
  ],
  providers: [AuditLog, AuditRecordsRepository, AuditTrail],
  exports: [AuditTrail, AuditRecordsRepository],
})
export class AuditModule {}
