import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { SealModule } from '../seal/seal.module';
import { UsersModule } from '../users/users.module';
import { EmailMethod } from './methods/email.method';
import { PasswordMethod } from './methods/password.method';
import { TotpMethod } from './methods/totp.method';
import { SecondFactorLedger } from './second-factor-ledger';
import { SecondFactorRecord, SecondFactorRecordSchema } from './second-factor-record.schema';
import { TwoFactorGuard } from './two-factor.guard';
import { TwoFactorService } from './two-factor.service';

@Module({
  imports: [
    AuditModule,
    AuthModule,
    SealModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: SecondFactorRecord.name, schema: SecondFactorRecordSchema },
    ]),
  ],
  providers: [
    TotpMethod,
    EmailMethod,
    PasswordMethod,
    SecondFactorLedger,
    TwoFactorService,
    TwoFactorGuard,
  ],
  exports: [TwoFactorService, TwoFactorGuard],
})
export class TwoFactorModule {}
