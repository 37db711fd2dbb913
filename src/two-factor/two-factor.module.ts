import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module';
import { OwnCollectionsModule } from '../database/own-collections.module';
import { RateLimitsModule } from '../database/rate-limits.module';
import { MailModule } from '../mail/mail.module';
import { SecretsModule } from './secrets/secrets.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { AttemptsService } from './attempts/attempts.service';
import { BackupCodes } from './secrets/backup-codes.service';
import { EmailCodesService } from './email-codes/email-codes.service';
import { EmailCodeLimiter } from './email-codes/email-code.limiter';
import { MethodSelector } from './methods/method-selector.service';
import { EmailMethod } from './methods/email.method';
import { MailboxMethod } from './methods/mailbox.method';
import { PasswordMethod } from './methods/password.method';
import { TotpMethod } from './methods/totp.method';
import { TwoFactorAttemptStore } from './attempts/two-factor-attempt.store';
import { TwoFactorRecord, TwoFactorRecordSchema } from './attempts/two-factor-record.schema';
import { TwoFactorGuard } from './two-factor.guard';
import { TwoFactorService } from './two-factor.service';

@Module({
  imports: [
    AuthModule,
    MailModule,
    SecretsModule,
    WorkspaceDataModule,
    RateLimitsModule,
    OwnCollectionsModule.forFeature({ name: TwoFactorRecord.name, schema: TwoFactorRecordSchema }),
  ],
  providers: [
    BackupCodes,
    TotpMethod,
    EmailMethod,
    PasswordMethod,
    MailboxMethod,
    MethodSelector,
    EmailCodeLimiter,
    EmailCodesService,
    AttemptsService,
    TwoFactorAttemptStore,
    TwoFactorService,
    TwoFactorGuard,
  ],
  exports: [TwoFactorService, TwoFactorGuard, EmailCodesService, BackupCodes],
})
export class TwoFactorModule {}
