import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { AccessTokensController } from './access-tokens.controller';
import { AccessTokensService } from './access-tokens.service';

@Module({
  imports: [AccessModule, WorkspaceDataModule, SessionLifecycleModule],
  controllers: [AccessTokensController],
  providers: [AccessTokensService],
})
export class AccessTokensModule {}
