import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { LoginRecordsModule } from '../sessions/login-records.module';
import { UsersModule } from '../users/users.module';
import { AccessTokensController } from './access-tokens.controller';
import { AccessTokensService } from './access-tokens.service';

@Module({
  imports: [AccessModule, UsersModule, LoginRecordsModule],
  controllers: [AccessTokensController],
  providers: [AccessTokensService],
})
export class AccessTokensModule {}
