import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsRepository } from './accounts.repository';
import { PersonalAccessTokensRepository } from './personal-access-tokens.repository';
import { EmailCodeRepository } from './email-code.repository';
import { EmailFactorRepository } from './email-factor.repository';
import { TotpSecretsRepository } from './totp-secrets.repository';
import { TotpRepository } from './totp.repository';
import { UserNamesRepository } from './user-names.repository';
import { User, UserSchema } from './user.schema';
import { UsersRepository } from './users.repository';

const SERVICES = [
  UsersRepository,
  UserNamesRepository,
  AccountsRepository,
  TotpRepository,
  TotpSecretsRepository,
  EmailFactorRepository,
  EmailCodeRepository,
  PersonalAccessTokensRepository,
];

@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  providers: SERVICES,
  exports: SERVICES,
})
export class UsersModule {}
