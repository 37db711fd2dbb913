import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AuthGuard } from './auth.guard';
import { BcryptQueue } from './bcrypt-queue';
import { CallersService } from './callers.service';
import { PasswordChecker } from './password-checker';
import { TokenUses } from './token-uses';

@Module({
  imports: [UsersModule],
  providers: [AuthGuard, BcryptQueue, CallersService, PasswordChecker, TokenUses],
  exports: [AuthGuard, BcryptQueue, CallersService, PasswordChecker, TokenUses, UsersModule],
})
export class AuthModule {}
