import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { LoginRecordsModule } from '../sessions/login-records.module';
import { UsersModule } from '../users/users.module';
import { EnrolmentController } from './enrolment.controller';
import { EnrolmentService } from './enrolment.service';

@Module({
  imports: [AccessModule, UsersModule, LoginRecordsModule],
  controllers: [EnrolmentController],
  providers: [EnrolmentService],
})
export class EnrolmentModule {}
