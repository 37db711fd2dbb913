import { Module } from '@nestjs/common';
import { GramStatistics } from '../session-index/gram.statistics';
import { IndexProjectionModule } from '../session-index/index-projection.module';
import { IndexStatus } from '../session-index/index.status';
import { LiveSessionSelector } from '../session-index/live-session.selector';
import { SessionIndexModule } from '../session-index/session-index.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { BulkRevocation } from './bulk-revocation.service';
import { SelectedSessions } from './selected-sessions.service';

/** Selecting live sessions by what they show, and revoking what was selected (docs/adr/0034). */
@Module({
  imports: [WorkspaceDataModule, SessionIndexModule, SessionLifecycleModule],
  providers: [SelectedSessions, BulkRevocation],
  exports: [SelectedSessions, BulkRevocation],
})
export class SessionSelectionModule {}

/** For a command, which follows no changes and so reads the workspace's documents alone. Writes nothing when it starts. */
@Module({
  imports: [WorkspaceDataModule, IndexProjectionModule],
  // An index that nobody here has turned on is never used.
  providers: [IndexStatus, GramStatistics, LiveSessionSelector, SelectedSessions],
  exports: [SelectedSessions],
})
export class WorkspaceSelectionModule {}
