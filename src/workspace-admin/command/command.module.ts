import { DynamicModule, Module } from '@nestjs/common';
import { ClockModule } from '../../common/clock/clock.module';
import { ConfigModule } from '../../config/config.module';
import { Configuration } from '../../config/configuration';
import { DatabaseModule } from '../../database/database.module';
import { SecretsModule } from '../../two-factor/secrets/secrets.module';
import { WorkspaceAdminModule } from '../workspace-admin.module';

/** What a command needs of the service. Not all of it: its modules make indexes of their own when they start. */
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
