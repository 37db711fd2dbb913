import { DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AccessTokensModule } from './access-tokens/access-tokens.module';
import { AuditTrailModule } from './audit-trail/audit-trail.module';
import { BackgroundModule } from './common/background/background.module';
import { ClockModule } from './common/clock/clock.module';
import { ApiExceptionFilter } from './common/errors/api-exception.filter';
import { ConfigModule } from './config/config.module';
import { Configuration } from './config/configuration';
import { DatabaseModule } from './database/database.module';
import { EnrolmentModule } from './enrolment/enrolment.module';
import { HealthModule } from './health/health.module';
import { MetricsModule } from './metrics/metrics.module';
import { SessionsModule } from './sessions/sessions.module';
import { SignInModule } from './sign-in/sign-in.module';
import { WaysInModule } from './ways-in/ways-in.module';
import { WorkspaceAdminModule } from './workspace-admin/workspace-admin.module';

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
        AuditTrailModule,
        WaysInModule,
        WorkspaceAdminModule,
        HealthModule,
        MetricsModule,
      ],
      providers: [{ provide: APP_FILTER, useClass: ApiExceptionFilter }],
    };
  }
}
