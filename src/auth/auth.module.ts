import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module';
import { AuthGuard } from './auth.guard';
import { CallersService } from './callers.service';
import { PasswordChecker } from './password-checker';
import { TokenUses } from './token-uses';

@Module({
  imports: [UsersModule],
  providers: [AuthGuard, CallersService, PasswordChecker, TokenUses],
  exports: [AuthGuard, CallersService, PasswordChecker, TokenUses, UsersModule],
})
export class AuthModule {}
