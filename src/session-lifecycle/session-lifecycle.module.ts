import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { EndingSettler } from './ending.settler';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
import { RecordRenewal } from './record-renewal.service';
import { SessionEnding, SessionEndingSchema } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionHistoryRepository } from './session-history.repository';
import { SessionLifecycle } from './session-lifecycle.service';
import { SessionRevoker } from './session.revoker';
import { WorkspaceEndings } from './workspace-endings.service';

@Module({
  imports: [
    AuditModule,
    AuthModule,
    WorkspaceDataModule,
    OwnCollectionsModule.forFeature({ name: SessionEnding.name, schema: SessionEndingSchema }),
  ],
  providers: [
    SessionEndingsRepository,
    EndingSettler,
    SessionHistoryRepository,
    LoginFinder,
    SessionRevoker,
    PendingRevocations,
    SessionLifecycle,
    RecordRenewal,
    WorkspaceEndings,
  ],
  exports: [SessionLifecycle, SessionHistoryRepository],
})
export class SessionLifecycleModule {}
