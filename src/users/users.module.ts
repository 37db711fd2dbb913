import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsService } from './accounts.service';
import { PersonalAccessTokensService } from './personal-access-tokens.service';
import { StoredEmailCodeService } from './stored-email-code.service';
import { StoredEmailFactorService } from './stored-email-factor.service';
import { StoredSecretsService } from './stored-secrets.service';
import { StoredTotpService } from './stored-totp.service';
import { UserNamesService } from './user-names.service';
import { User, UserSchema } from './user.schema';
import { UsersService } from './users.service';

const SERVICES = [
  UsersService,
  UserNamesService,
  AccountsService,
  StoredTotpService,
  StoredSecretsService,
  StoredEmailFactorService,
  StoredEmailCodeService,
  PersonalAccessTokensService,
];

@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  providers: SERVICES,
  exports: SERVICES,
})
export class UsersModule {}
