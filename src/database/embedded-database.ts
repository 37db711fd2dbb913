import { Logger } from '@nestjs/common';
import type { EmbeddedMongo } from '@workspace-sessions/embedded-mongo';
import { Clock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { DatabaseConfig } from '../config/database.config';
import { EnvironmentConfig } from '../config/environment.config';
import { DatabaseServer } from './database-server';

type EmbeddedPackage = typeof import('@workspace-sessions/embedded-mongo');

const DATABASE = 'workspace';

const MISSING = ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'];

/**
 * Loads its package, a development dependency, only here: a production install does not contain it (ADR 2).
 * @throws OperatorError when it is not installed or its data directory cannot be used
 */
export async function startEmbeddedDatabase(
  config: DatabaseConfig,
  { isProduction }: EnvironmentConfig,
  clock: Clock,
): Promise<DatabaseServer> {
  if (isProduction) throw new Error('The embedded database does not run in production.');
  const logger = new Logger('Database');
  const engine = await start(await load(), config, clock, logger);
  logger.warn(`MONGODB_URI is not set: running on the embedded database, ${whatIsKept(config)}.`);
  return {
    uri: engine.uri.replace('/?', `/${DATABASE}?`),
    stop: () => engine.stop(),
  };
}

async function load(): Promise<EmbeddedPackage> {
  try {
    return await import('@workspace-sessions/embedded-mongo');
  } catch (error) {
    if (!MISSING.includes(String((error as NodeJS.ErrnoException).code))) throw error;
    throw new OperatorError(
      'MONGODB_URI is not set, and the embedded database, a development dependency, is not installed. ' +
        'Set MONGODB_URI, or run: npm ci && npm run build',
      { cause: error },
    );
  }
}

async function start(
  { startEmbeddedMongo, DataDirectoryError }: EmbeddedPackage,
  { embeddedDirectory: directory, embeddedSync: sync }: DatabaseConfig,
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
    if (error instanceof DataDirectoryError) {
      throw new OperatorError(`${error.message} EMBEDDED_DATA_DIR names the data directory.`);
    }
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new OperatorError(
      `The embedded database cannot listen (${code ?? syscall}): its socket is in the folder for temporary files. Check TMPDIR.`,
    );
  }
}

function whatIsKept({ embeddedDirectory, embeddedSync }: DatabaseConfig): string {
  if (embeddedDirectory === undefined) return 'which keeps nothing after a restart';
  return embeddedSync === 'always'
    ? `which keeps its data in ${embeddedDirectory}; an answered write is on the disk`
    : `which keeps its data in ${embeddedDirectory}; a power cut may take the last second's writes`;
}
