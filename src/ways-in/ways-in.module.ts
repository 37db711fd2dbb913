import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { SessionsModule } from '../sessions/sessions.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { LogoutEverywhereController } from './logout/logout-everywhere.controller';
import { LogoutEverywhereService } from './logout/logout-everywhere.service';
import { TokenUse, TokenUseSchema } from './token-uses/token-use.schema';
import { TokenUseRecorder } from './token-uses/token-use.recorder';
import { TokenUsesRepository } from './token-uses/token-uses.repository';
import { UserSessionsController } from './user-sessions/user-sessions.controller';
import { UserSessionsService } from './user-sessions/user-sessions.service';

@Module({
  imports: [
    AccessModule,
    WorkspaceDataModule,
    SessionLifecycleModule,
    SessionsModule,
    OwnCollectionsModule.forFeature({ name: TokenUse.name, schema: TokenUseSchema }),
  ],
  controllers: [LogoutEverywhereController, UserSessionsController],
  providers: [LogoutEverywhereService, UserSessionsService, TokenUsesRepository, TokenUseRecorder],
})
export class WaysInModule {}
