import { Module } from '@nestjs/common';
import { MongooseModule } from '@nestjs/mongoose';
import { AuthModule } from '../auth/auth.module';
import { WorkspaceDataModule } from '../workspace-data/workspace-data.module';
import { SessionEnding, SessionEndingSchema } from './session-ending.schema';
import { SessionLifecycle } from './session-lifecycle.service';
import { RecordRenewal } from './record-renewal.service';
import { Session, SessionSchema } from '../workspace-data/sessions/session.schema';

/** The records of logins, for those who make and end logins. */
@Module({
  imports: [
    AuthModule,
    WorkspaceDataModule,
    MongooseModule.forFeature([
      { name: Session.name, schema: SessionSchema },
      { name: SessionEnding.name, schema: SessionEndingSchema },
    ]),
  ],
  providers: [SessionLifecycle, RecordRenewal],
  exports: [SessionLifecycle, MongooseModule],
})
export class SessionLifecycleModule {}
