import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccessModule } from '../access/access.module';
import { SessionLifecycleModule } from '../session-lifecycle/session-lifecycle.module';
import { LoginThrottle } from './login.throttle';
import { LoginFailures, LoginFailuresSchema } from './login-failures.schema';
import { LoginQueue } from './login.queue';
import { LoginSecondFactorService } from './login-second-factor.service';
import { PasswordLoginService } from './password-login.service';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

@Module({
  imports: [
    AccessModule,
    SessionLifecycleModule,
    MongooseModule.forFeature([{ name: LoginFailures.name, schema: LoginFailuresSchema }]),
  ],
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
