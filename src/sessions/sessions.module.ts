import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { UsersModule } from '../users/users.module';
import { LoginRecordsModule } from './login-records.module';
import { SessionListingService } from './session-listing.service';
import { SessionsController } from './sessions.controller';
import { SessionsService } from './sessions.service';

@Module({
  imports: [AccessModule, UsersModule, LoginRecordsModule],
  controllers: [SessionsController],
  providers: [SessionsService, SessionListingService],
})
export class SessionsModule {}
