import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Connection, createConnection } from 'mongoose';
import { Clock } from '../common/clock';
import { Configuration } from '../config/configuration';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;

/**
 * Connects to MongoDB, asking again with growing pauses while it cannot be reached.
 * @throws Error after `STARTUP_TIMEOUT_SECONDS`, without the address: it may hold a password
 */
export async function connect(
  uri: string,
  config: Configuration,
  clock: Clock,
): Promise<Connection> {
  const logger = new Logger('Database');
  const deadline = clock.now().getTime() + config.STARTUP_TIMEOUT_SECONDS * 1000;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    const left = deadline - clock.now().getTime();
    try {
      return await open(uri, config, Math.min(left, config.DATABASE_TIMEOUT_MS));
    } catch (error) {
      const reason = error instanceof Error ? error.name : 'unknown error';
      if (clock.now().getTime() + delay >= deadline) {
        throw new Error(
          `The database could not be reached within ${config.STARTUP_TIMEOUT_SECONDS} s (${reason}). Check MONGODB_URI and that MongoDB is running.`,
        );
      }
      logger.warn(`The database is not reachable yet (${reason}); trying again in ${delay} ms.`);
      await wait(delay);
    }
  }
}

async function open(
  uri: string,
  config: Configuration,
  firstTimeoutMs: number,
): Promise<Connection> {
  const connection = createConnection(uri, {
    // Answer 503 instead of queueing while the database is away.
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    // An ended session must be refused at once: never ask a secondary that may not know yet.
    readPreference: 'primary',
    serverSelectionTimeoutMS: Math.max(1, Math.min(firstTimeoutMs, config.DATABASE_TIMEOUT_MS)),
    connectTimeoutMS: config.DATABASE_TIMEOUT_MS,
    socketTimeoutMS: config.DATABASE_TIMEOUT_MS,
    waitQueueTimeoutMS: config.DATABASE_TIMEOUT_MS,
    // Lets whoever measures (tests do) see each round trip.
    monitorCommands: true,
  });
  try {
    return await connection.asPromise();
  } catch (error) {
    await connection.destroy();
    throw error;
  }
}
