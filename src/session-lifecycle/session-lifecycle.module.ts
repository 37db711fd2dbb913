import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { LoginFinder } from './login.finder';
import { PendingRevocations } from './pending-revocations.service';
import { RecordRenewal } from './record-renewal.service';
import { SessionEnding, SessionEndingSchema } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';
import { SessionLifecycle } from './session-lifecycle.service';
import { SessionRevoker } from './session.revoker';

@Module({
  imports: [
    AuthModule,
    WorkspaceDataModule,
    OwnCollectionsModule.forFeature({ name: SessionEnding.name, schema: SessionEndingSchema }),
  ],
  providers: [
    SessionEndingsRepository,
    LoginFinder,
    SessionRevoker,
    PendingRevocations,
    SessionLifecycle,
    RecordRenewal,
  ],
  exports: [SessionLifecycle],
})
export class SessionLifecycleModule {}
