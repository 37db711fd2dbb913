import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessTokensModule } from './access-tokens/access-tokens.module';
import { BackgroundModule } from './common/background.module';
import { ClockModule } from './common/clock.module';
import { ApiExceptionFilter } from './common/errors/api-exception.filter';
import { ConfigModule } from './config/config.module';
import { Configuration } from './config/configuration';
import { DatabaseModule } from './database/database.module';
import { EnrolmentModule } from './enrolment/enrolment.module';
import { SessionsModule } from './sessions/sessions.module';
import { SignInModule } from './sign-in/sign-in.module';
import { WorkspaceModule } from './workspace/workspace.module';

@Module({})
export class AppModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ClockModule,
        BackgroundModule,
        ConfigModule.forRoot(configuration),
        DatabaseModule,
        SessionsModule,
        SignInModule,
        EnrolmentModule,
        AccessTokensModule,
        WorkspaceModule,
      ],
      providers: [{ provide: APP_FILTER, useClass: ApiExceptionFilter }],
    };
  }
}
