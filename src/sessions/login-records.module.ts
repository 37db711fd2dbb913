import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { UsersModule } from '../users/users.module';
import { EndedLogin, EndedLoginSchema } from './ended-login.schema';
import { LoginRecordsService } from './login-records.service';
import { RecordRenewal } from './record-renewal.service';
import { Session, SessionSchema } from './session.schema';

/** The records of logins, for those who make and end logins. */
@Module({
  imports: [
    AuthModule,
    UsersModule,
    MongooseModule.forFeature([
      { name: Session.name, schema: SessionSchema },
      { name: EndedLogin.name, schema: EndedLoginSchema },
    ]),
  ],
  providers: [LoginRecordsService, RecordRenewal],
  exports: [LoginRecordsService, MongooseModule],
})
export class LoginRecordsModule {}
