import { Global, Inject, Logger, Module, OnApplicationShutdown } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../common/clock';
import { Refusal } from '../common/errors/refusal';
import { Configuration } from '../config/configuration';
import { connect } from './connect';
import { DataDirectoryError, EmbeddedMongo, startEmbeddedMongo } from './embedded';

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
  const logger = new Logger('Database');
  const engine = await startEmbedded(config, clock, logger);
  logger.warn(`MONGODB_URI is not set: running on the embedded database, ${whatIsKept(config)}.`);
  return {
    uri: engine.uri.replace('/?', `/${EMBEDDED_DATABASE}?`),
    stop: () => engine.stop(),
  };
}

/** @throws Refusal when the data directory cannot be used; it says what to do */
async function startEmbedded(
  { embeddedDirectory: directory, EMBEDDED_SYNC: sync }: Configuration,
  clock: Clock,
  logger: Logger,
): Promise<EmbeddedMongo> {
  const now = (): Date => clock.now();
  const report = (message: string): void => {
    logger.warn(message);
  };
  try {
    return await startEmbeddedMongo(
      directory ? { now, data: { directory, sync, report } } : { now },
    );
  } catch (error) {
    throw error instanceof DataDirectoryError ? new Refusal(error.message) : error;
  }
}

function whatIsKept({ embeddedDirectory, EMBEDDED_SYNC }: Configuration): string {
  if (embeddedDirectory === undefined) return 'which keeps nothing after a restart';
  return EMBEDDED_SYNC === 'always'
    ? `which keeps its data in ${embeddedDirectory}; an answered write is on the disk`
    : `which keeps its data in ${embeddedDirectory}; a power cut may take the last second's writes`;
}
