import { Global, Inject, Logger, Module, OnApplicationShutdown } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import { Connection } from 'mongoose';
import { Clock } from '../common/clock';
import { Refusal } from '../common/errors/refusal';
import { Configuration } from '../config/configuration';
import { checkAddress } from './address-check';
import { connect } from './connect';
import { withoutConcerns } from './connection-options';
import { DatabaseServer } from './database-server';
import { DataDirectoryError, EmbeddedMongo, startEmbeddedMongo } from './embedded';
import { LongWork } from './long-work';

/** The workspace's name on the embedded engine. */
const EMBEDDED_DATABASE = 'workspace';

/** The one Mongoose connection: to `MONGODB_URI`, or to the embedded engine where none is given. */
@Global()
@Module({
  providers: [
    {
      provide: DatabaseServer,
      inject: [Configuration, Clock],
      useFactory: startServer,
    },
    {
      provide: getConnectionToken(),
      inject: [DatabaseServer, Configuration, Clock],
      useFactory: ({ uri }: DatabaseServer, config: Configuration, clock: Clock) =>
        connect(uri, config, clock),
    },
    LongWork,
  ],
  exports: [getConnectionToken(), LongWork],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly server: DatabaseServer,
    @Inject(getConnectionToken()) private readonly connection: Connection,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    await this.connection.close();
    await this.server.stop();
  }
}

async function startServer(config: Configuration, clock: Clock): Promise<DatabaseServer> {
  if (config.MONGODB_URI) {
    checkAddress(config.MONGODB_URI);
    return { uri: withoutConcerns(config.MONGODB_URI), stop: () => Promise.resolve() };
  }
  const logger = new Logger('Database');
  const engine = await startEmbedded(config, clock, logger);
  logger.warn(`MONGODB_URI is not set: running on the embedded database, ${whatIsKept(config)}.`);
  return {
    uri: engine.uri.replace('/?', `/${EMBEDDED_DATABASE}?`),
    stop: () => engine.stop(),
  };
}

/** @throws Refusal when the data directory, or the system's one for sockets, cannot be used; it says what to do */
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
    if (error instanceof DataDirectoryError) throw new Refusal(error.message);
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new Refusal(
      `The embedded database cannot listen (${code ?? syscall}): its socket lies in the folder for temporary files. Check TMPDIR.`,
    );
  }
}

function whatIsKept({ embeddedDirectory, EMBEDDED_SYNC }: Configuration): string {
  if (embeddedDirectory === undefined) return 'which keeps nothing after a restart';
  return EMBEDDED_SYNC === 'always'
    ? `which keeps its data in ${embeddedDirectory}; an answered write is on the disk`
    : `which keeps its data in ${embeddedDirectory}; a power cut may take the last second's writes`;
}
