import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsService } from './accounts.service';
import { PersonalAccessTokensService } from './personal-access-tokens.service';
import { StoredTotpService } from './stored-totp.service';
import { User, UserSchema } from './user.schema';
import { UsersService } from './users.service';

@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  providers: [UsersService, AccountsService, StoredTotpService, PersonalAccessTokensService],
  exports: [UsersService, AccountsService, StoredTotpService, PersonalAccessTokensService],
})
export class UsersModule {}
