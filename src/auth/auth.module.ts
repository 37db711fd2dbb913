import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AuthGuard } from './auth.guard';
import { BcryptQueue } from './bcrypt-queue';
import { CallersService } from './callers.service';
import { PasswordChecker } from './password-checker';

@Module({
  imports: [UsersModule],
  providers: [AuthGuard, BcryptQueue, CallersService, PasswordChecker],
  exports: [AuthGuard, BcryptQueue, CallersService, PasswordChecker, UsersModule],
})
export class AuthModule {}
