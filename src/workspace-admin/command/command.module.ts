import { DynamicModule, Module } from '@nestjs/common';
import { ClockModule } from '../../common/clock/clock.module';
import { ConfigModule } from '../../config/config.module';
import { Configuration } from '../../config/configuration';
import { DatabaseModule } from '../../database/database.module';
import { SecretsModule } from '../../two-factor/secrets/secrets.module';
import { WorkspaceAdminModule } from '../workspace-admin.module';

/** The modules that commands need. Not the whole service, whose modules create indexes when they start. */
@Module({})
export class CommandModule {
  static forRoot(configuration: Configuration): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        ClockModule,
        ConfigModule.forRoot(configuration),
        DatabaseModule,
        WorkspaceAdminModule,
        SecretsModule,
      ],
    };
  }
}
