import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { SessionListingService } from './session-listing.service';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

@Module({
  imports: [AccessModule, WorkspaceDataModule, SessionLifecycleModule],
  controllers: [SessionsController],
  providers: [SessionsService, SessionListingService],
})
export class SessionsModule {}
