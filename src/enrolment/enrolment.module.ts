import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { SecretsModule } from '../two-factor/secrets/secrets.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { EmailCodesCanBeEnabled } from './email/email-codes-can-be-enabled.precondition';
import { EmailCodesEnabled } from './email/email-codes-enabled.precondition';
import { EmailEnrolmentController } from './email/email-enrolment.controller';
import { EmailEnrolmentService } from './email/email-enrolment.service';
import { BegunTotpSecret } from './totp/begun-totp.secret';
import { TotpEnabled } from './totp/totp-enabled.precondition';
import { TotpEnrolmentController } from './totp/totp-enrolment.controller';
import { TotpEnrolmentService } from './totp/totp-enrolment.service';
import { TotpNotEnabled } from './totp/totp-not-enabled.precondition';
import { TotpResetController } from './totp/totp-reset.controller';
import { TotpResetService } from './totp/totp-reset.service';

@Module({
  imports: [AccessModule, SecretsModule, WorkspaceDataModule, SessionLifecycleModule],
  controllers: [TotpEnrolmentController, TotpResetController, EmailEnrolmentController],
  providers: [
    TotpEnrolmentService,
    TotpResetService,
    EmailEnrolmentService,
    TotpEnabled,
    TotpNotEnabled,
    BegunTotpSecret,
    EmailCodesEnabled,
    EmailCodesCanBeEnabled,
  ],
})
export class EnrolmentModule {}
