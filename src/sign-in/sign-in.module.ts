import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module';
import { RateLimitsModule } from '../database/rate-limits.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { LoginThrottle } from './login.throttle';
import { LoginQueue } from './login.queue';
import { LoginSecondFactorService } from './login-second-factor.service';
import { PasswordLoginService } from './password-login.service';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

@Module({
  imports: [AccessModule, RateLimitsModule, SessionLifecycleModule],
  controllers: [SignInController],
  providers: [
    LoginThrottle,
    LoginQueue,
    PasswordLoginService,
    LoginSecondFactorService,
    SignInService,
  ],
})
export class SignInModule {}
