import { Global, Inject, Module, OnApplicationShutdown, Optional } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { BackgroundTasks } from '../common/background/background-tasks.service';
import { Clock } from '../common/clock/clock';
import { DatabaseConfig } from '../config/database.config';
import { EnvironmentConfig } from '../config/environment.config';
import { checkAddress } from './address-check';
import { connect } from './connect';
import { withoutConcerns } from './connection-options';
import { DatabaseServer } from './database-server';
import { DriverOptions } from './driver-options';
import { startEmbeddedDatabase } from './embedded-database';
import { UnboundedMongoClient } from './unbounded-mongo-client';

/** The one Mongoose connection: to `MONGODB_URI`, or to the embedded engine without it. */
@Global()
@Module({
  providers: [
    {
      provide: DatabaseServer,
      inject: [DatabaseConfig, EnvironmentConfig, Clock],
      useFactory: startServer,
    },
    DriverOptions,
    {
      provide: getConnectionToken(),
      inject: [DatabaseServer, DatabaseConfig, Clock, DriverOptions],
      useFactory: (
        { uri }: DatabaseServer,
        config: DatabaseConfig,
        clock: Clock,
        options: DriverOptions,
      ) => connect(uri, config, clock, options),
    },
    UnboundedMongoClient,
  ],
  exports: [getConnectionToken(), UnboundedMongoClient],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    @Inject(getConnectionToken()) private readonly connection: Connection,
    @Optional() private readonly background?: BackgroundTasks,
  ) {}

  /** Background tasks still need the connection. */
  async onApplicationShutdown(): Promise<void> {
    await this.background?.idle();
    await this.connection.close();
    await this.server.stop();
  }
}

async function startServer(
  config: DatabaseConfig,
  environment: EnvironmentConfig,
  clock: Clock,
): Promise<DatabaseServer> {
  const { uri } = config;
  if (!uri) return startEmbeddedDatabase(config, environment, clock);
  checkAddress(uri);
  return { uri: withoutConcerns(uri), stop: () => Promise.resolve() };
}
