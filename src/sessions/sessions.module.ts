import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { SessionIndexModule } from '../session-index/session-index.module';
import { SessionSelectionModule } from '../session-selection/session-selection.module';
import { BulkLogoutController } from './bulk/bulk-logout.controller';
import { BulkLogoutService } from './bulk/bulk-logout.service';
import { Confirmed } from './bulk/confirmed.precondition';
import { SessionHistoryController } from './history/session-history.controller';
import { SessionHistoryService } from './history/session-history.service';
import { RememberedFactorsController } from './remembered/remembered-factors.controller';
import { RememberedFactorsService } from './remembered/remembered-factors.service';
import { SessionListReader } from './session-list.reader';
import { SessionListingService } from './session-listing.service';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

@Module({
  imports: [
    AccessModule,
    WorkspaceDataModule,
    SessionLifecycleModule,
    SessionIndexModule,
    SessionSelectionModule,
  ],
  controllers: [
    SessionsController,
    BulkLogoutController,
    SessionHistoryController,
    RememberedFactorsController,
  ],
  providers: [
    SessionsService,
    SessionListingService,
    SessionListReader,
    SessionHistoryService,
    RememberedFactorsService,
    BulkLogoutService,
    Confirmed,
  ],
  exports: [SessionListingService],
})
export class SessionsModule {}
