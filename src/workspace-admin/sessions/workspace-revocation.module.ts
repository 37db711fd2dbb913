import { Module } from '@nestjs/common';
import { BackgroundModule } from '../../common/background/background.module';
import { SessionLifecycleModule } from '../../session-lifecycle/session-lifecycle.module';
import { BulkRevocation } from '../../session-selection/bulk-revocation.service';
import { WorkspaceSelectionModule } from '../../session-selection/session-selection.module';

/** Ends sessions as the service does. Completes interrupted revocations when it starts, as a service does, too. */
@Module({
  imports: [BackgroundModule, WorkspaceSelectionModule, SessionLifecycleModule],
  providers: [BulkRevocation],
})
export class WorkspaceRevocationModule {}
