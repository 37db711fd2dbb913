import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AccessModule } from '../access/access.module';
import { LoginRecordsModule } from '../sessions/login-records.module';
import { LoginBlocks } from './login-blocks';
import { LoginFailures, LoginFailuresSchema } from './login-failures.schema';
import { LoginQueue } from './login-queue';
import { LoginSecondFactor } from './login-second-factor';
import { PasswordLogin } from './password-login';
import { SignInController } from './sign-in.controller';
import { SignInService } from './sign-in.service';

@Module({
  imports: [
    AccessModule,
    LoginRecordsModule,
    MongooseModule.forFeature([{ name: LoginFailures.name, schema: LoginFailuresSchema }]),
  ],
  controllers: [SignInController],
  providers: [LoginBlocks, LoginQueue, PasswordLogin, LoginSecondFactor, SignInService],
})
export class SignInModule {}
