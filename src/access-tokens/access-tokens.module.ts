import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { UsersModule } from '../workspace-data/users/users.module';
import { AccessTokensController } from './access-tokens.controller';
import { AccessTokensService } from './access-tokens.service';

@Module({
  imports: [AccessModule, UsersModule, SessionLifecycleModule],
  controllers: [AccessTokensController],
  providers: [AccessTokensService],
})
export class AccessTokensModule {}
