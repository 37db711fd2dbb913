import { Module } from '@nestjs/common';
import { UsersModule } from '../workspace-data/users/users.module';
import { AuthGuard } from './auth.guard';
import { BcryptQueue } from './bcrypt.queue';
import { CallersService } from './callers.service';
import { BcryptHasher } from './bcrypt.hasher';
import { TokenUses } from './token-uses';

@Module({
  imports: [UsersModule],
  providers: [AuthGuard, BcryptQueue, CallersService, BcryptHasher, TokenUses],
  exports: [AuthGuard, BcryptQueue, CallersService, BcryptHasher, TokenUses, UsersModule],
})
export class AuthModule {}
