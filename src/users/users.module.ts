import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccountsService } from './accounts.service';
import { StoredSecretsService } from './stored-secrets.service';
import { StoredTotpService } from './stored-totp.service';
import { User, UserSchema } from './user.schema';
import { UsersService } from './users.service';

@Module({
  imports: [MongooseModule.forFeature([{ name: User.name, schema: UserSchema }])],
  providers: [UsersService, AccountsService, StoredTotpService, StoredSecretsService],
  exports: [UsersService, AccountsService, StoredTotpService, StoredSecretsService],
})
export class UsersModule {}
