import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SecretsModule } from '../two-factor/secrets/secrets.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { EmailEnrolmentController } from './email/email-enrolment.controller';
import { EmailEnrolmentService } from './email/email-enrolment.service';
import { TotpEnrolmentController } from './totp/totp-enrolment.controller';
import { TotpEnrolmentService } from './totp/totp-enrolment.service';
import { TotpResetController } from './totp/totp-reset.controller';
import { TotpResetService } from './totp/totp-reset.service';

@Module({
  imports: [AccessModule, SecretsModule, WorkspaceDataModule, SessionLifecycleModule],
  controllers: [TotpEnrolmentController, TotpResetController, EmailEnrolmentController],
  providers: [TotpEnrolmentService, TotpResetService, EmailEnrolmentService],
})
export class EnrolmentModule {}
