import { DynamicModule, Module, Type } from '@nestjs/common';
import { ClockModule } from '../../common/clock/clock.module';
import { ConfigModule } from '../../config/config.module';
import { Configuration } from '../../config/configuration';
import { DatabaseModule } from '../../database/database.module';
import { IndexProjectionModule } from '../../session-index/index-projection.module';
import { SecretsModule } from '../../two-factor/secrets/secrets.module';
import { WorkspaceAdminModule } from '../workspace-admin.module';

/** The modules that commands need. Not the whole service, whose modules create indexes when they start. */
@Module({})
export class CommandModule {
  /** @param more modules that one command needs beside them */
  static forRoot(configuration: Configuration, more: readonly Type[] = []): DynamicModule {
    return {
      module: CommandModule,
      imports: [
        ClockModule,
        ConfigModule.forRoot(configuration),
        DatabaseModule,
        WorkspaceAdminModule,
        SecretsModule,
        IndexProjectionModule,
        ...more,
      ],
    };
  }
}
