import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SealModule } from '../seal/seal.module';
import { LoginRecordsModule } from '../sessions/login-records.module';
import { UsersModule } from '../users/users.module';
import { EmailEnrolmentController } from './email-enrolment.controller';
import { EmailEnrolmentService } from './email-enrolment.service';
import { EnrolmentController } from './enrolment.controller';
import { EnrolmentService } from './enrolment.service';
import { TotpResetController } from './totp-reset.controller';
import { TotpResetService } from './totp-reset.service';

@Module({
  imports: [AccessModule, SealModule, UsersModule, LoginRecordsModule],
  controllers: [EnrolmentController, TotpResetController, EmailEnrolmentController],
  providers: [EnrolmentService, TotpResetService, EmailEnrolmentService],
})
export class EnrolmentModule {}
