import { Global, Inject, Logger, Module, OnApplicationShutdown } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../common/clock';
import { Configuration } from '../config/configuration';
import { connect } from './connect';
import { startEmbeddedMongo } from './embedded';

/** The workspace's name on the embedded engine. */
const EMBEDDED_DATABASE = 'workspace';

/** A database to talk to: where it is, and how to let go of it. */
interface DatabaseServer {
  uri: string;
  stop(): Promise<void>;
}

const DATABASE_SERVER = Symbol('the database server');

/** The one Mongoose connection: to `MONGODB_URI`, or to the embedded engine where none is given. */
@Global()
@Module({
  providers: [
    {
      provide: DATABASE_SERVER,
      inject: [Configuration, Clock],
      useFactory: startServer,
    },
    {
      provide: getConnectionToken(),
      inject: [DATABASE_SERVER, Configuration, Clock],
      useFactory: ({ uri }: DatabaseServer, config: Configuration, clock: Clock) =>
        connect(uri, config, clock),
    },
  ],
  exports: [getConnectionToken()],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(DATABASE_SERVER) private readonly server: DatabaseServer,
    @Inject(getConnectionToken()) private readonly connection: Connection,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
    await this.server.stop();
  }
}

async function startServer(config: Configuration, clock: Clock): Promise<DatabaseServer> {
  if (config.MONGODB_URI) return { uri: config.MONGODB_URI, stop: () => Promise.resolve() };
  new Logger('Database').warn(
    'MONGODB_URI is not set: running on the embedded database, which keeps nothing after a restart.',
  );
  const engine = await startEmbeddedMongo({ now: () => clock.now() });
  return {
    uri: engine.uri.replace('/?', `/${EMBEDDED_DATABASE}?`),
    stop: () => engine.stop(),
  };
}
