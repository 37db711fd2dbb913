import { Module } from '@nestjs/common';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { GramStatistics } from './gram.statistics';
import { IndexProjectionModule } from './index-projection.module';
import { IndexRecordRepository } from './index-record.repository';
import { IndexRecordSchema, StoredIndexRecord } from './index-record.schema';
import { IndexFollower } from './index.follower';
import { IndexKeeper } from './index.keeper';
import { IndexStatus } from './index.status';
import { LiveSession, LiveSessionSchema } from './live-session.schema';
import { LiveSessionFinder } from './live-session.finder';
import { LiveSessionSelector } from './live-session.selector';
import { SessionIndex } from './session-index.service';

/** The read model of live sessions (docs/adr/0030). */
@Module({
  imports: [
    WorkspaceDataModule,
    IndexProjectionModule,
    OwnCollectionsModule.forFeature(
      { name: LiveSession.name, schema: LiveSessionSchema },
      { name: StoredIndexRecord.name, schema: IndexRecordSchema },
    ),
  ],
  providers: [
    IndexStatus,
    IndexRecordRepository,
    GramStatistics,
    LiveSessionFinder,
    LiveSessionSelector,
    IndexFollower,
    IndexKeeper,
    SessionIndex,
  ],
  exports: [SessionIndex, IndexStatus, LiveSessionSelector, IndexProjectionModule],
})
export class SessionIndexModule {}
