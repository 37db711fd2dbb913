import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { MailModule } from '../mail/mail.module';
import { SealModule } from '../seal/seal.module';
import { UsersModule } from '../users/users.module';
import { Attempts } from './attempts';
import { BackupCodes } from './backup-codes';
import { EmailCodesService } from './email-codes/email-codes.service';
import { MailAllowance } from './email-codes/mail-allowance';
import { CodeMails, CodeMailsSchema } from './email-codes/mail-allowance.schema';
import { FactorChoice } from './factor-choice';
import { EmailMethod } from './methods/email.method';
import { MailboxMethod } from './methods/mailbox.method';
import { PasswordMethod } from './methods/password.method';
import { TotpMethod } from './methods/totp.method';
import { SecondFactorLedger } from './second-factor-ledger';
import { SecondFactorRecord, SecondFactorRecordSchema } from './second-factor-record.schema';
import { TwoFactorGuard } from './two-factor.guard';
import { TwoFactorService } from './two-factor.service';

@Module({
  imports: [
    AuthModule,
    MailModule,
    SealModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: SecondFactorRecord.name, schema: SecondFactorRecordSchema },
      { name: CodeMails.name, schema: CodeMailsSchema },
    ]),
  ],
  providers: [
    BackupCodes,
    TotpMethod,
    EmailMethod,
    PasswordMethod,
    MailboxMethod,
    FactorChoice,
    MailAllowance,
    EmailCodesService,
    Attempts,
    SecondFactorLedger,
    TwoFactorService,
    TwoFactorGuard,
  ],
  exports: [TwoFactorService, TwoFactorGuard, EmailCodesService, BackupCodes],
})
export class TwoFactorModule {}
