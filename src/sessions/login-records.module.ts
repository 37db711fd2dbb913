import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { UsersModule } from '../users/users.module';
import { EndedLogin, EndedLoginSchema } from './ended-login.schema';
import { LoginRecordsService } from './login-records.service';
import { Session, SessionSchema } from './session.schema';

/** The records of logins, for those who make and end logins. */
@Module({
  imports: [
    UsersModule,
    MongooseModule.forFeature([
      { name: Session.name, schema: SessionSchema },
      { name: EndedLogin.name, schema: EndedLoginSchema },
    ]),
  ],
  providers: [LoginRecordsService],
  exports: [LoginRecordsService, MongooseModule],
})
export class LoginRecordsModule {}
