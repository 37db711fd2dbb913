import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AuthGuard } from './auth.guard';
import { CallersService } from './callers.service';
import { PasswordChecker } from './password-checker';

@Module({
  imports: [UsersModule],
  providers: [AuthGuard, CallersService, PasswordChecker],
  exports: [AuthGuard, CallersService, PasswordChecker, UsersModule],
})
export class AuthModule {}
