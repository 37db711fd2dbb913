import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { Connection, createConnection, mongo } from 'mongoose';
import { Clock } from '../common/clock/clock';
import { OperatorError } from '../common/errors/operator-error';
import { DatabaseConfig } from '../config/database.config';
import { CONCERNS } from './connection-options';
import { DriverOptions } from './driver-options';
import { hopelessness, mayPass, needsOperator, reasonOf, WRONG_SET } from './connection-failure';

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
/** Members of a replica set that hold what was true some time ago, or nothing. */
const NO_PRIMARY = ['RSSecondary', 'RSArbiter', 'RSOther', 'RSGhost'];

/**
 * Connects to MongoDB, asking again with growing pauses while it cannot be reached.
 * @throws Refusal after `STARTUP_TIMEOUT_SECONDS`, or at once for what no waiting will mend; without the address: it may
 * hold a password
 */
export async function connect(
  uri: string,
  config: DatabaseConfig,
  clock: Clock,
  options = new DriverOptions(),
): Promise<Connection> {
  const logger = new Logger('Database');
  const deadline = clock.now().getTime() + config.startupTimeoutSeconds * 1000;
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    const left = deadline - clock.now().getTime();
    try {
      return await open(uri, config, Math.min(left, config.timeoutMs), options);
    } catch (error) {
      const hopeless = error instanceof OperatorError ? error.message : needsOperator(error);
      if (hopeless !== undefined) throw new OperatorError(hopeless);
      if (!(error instanceof NotPrimary || mayPass(error))) throw error;
      const reason = error instanceof NotPrimary ? error.message : reasonOf(error);
      if (clock.now().getTime() + delay >= deadline) {
        throw new OperatorError(
          `The database could not be reached within ${config.startupTimeoutSeconds} s (${reason}). Check MONGODB_URI and that MongoDB is running.`,
        );
      }
      logger.warn(`The database is not reachable yet (${reason}); trying again in ${delay} ms.`);
      await wait(delay);
    }
  }
}

/** A server that was named directly is not its replica set's primary, or not any more. */
class NotPrimary extends Error {
  override readonly message =
    'directConnection leads to a member of a replica set that is not its primary';
}

async function open(
  uri: string,
  config: DatabaseConfig,
  firstTimeoutMs: number,
  { monitorCommands }: DriverOptions,
): Promise<Connection> {
  const connection = createConnection(uri, {
    ...CONCERNS,
    // Answer 503 instead of queueing while the database is away.
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    serverSelectionTimeoutMS: Math.max(1, Math.min(firstTimeoutMs, config.timeoutMs)),
    connectTimeoutMS: config.timeoutMs,
    socketTimeoutMS: config.timeoutMs,
    waitQueueTimeoutMS: config.timeoutMs,
    monitorCommands,
  });
  const watch = new ConnectionWatch(connection.getClient());
  try {
    await Promise.race([connection.asPromise(), watch.hopeless]);
    if (watch.isBesidePrimary) throw new NotPrimary();
    return connection;
  } catch (error) {
    // The client by itself first: Mongoose waits until it has connected, or given up.
    await connection.getClient().close();
    await connection.destroy();
    throw error;
  } finally {
    watch.end();
  }
}

/** Follows what a client finds while it connects: it goes on looking when there is nothing to be hoped for. */
class ConnectionWatch {
  /** Rejects with a Refusal as soon as it is certain that no waiting will help. */
  readonly hopeless: Promise<never>;
  private servers: mongo.TopologyDescription | undefined;
  private giveUp: (refusal: OperatorError) => void = () => undefined;

  constructor(private readonly client: mongo.MongoClient) {
    this.hopeless = new Promise((_resolve, reject) => {
      this.giveUp = reject;
    });
    this.hopeless.catch(() => undefined);
    client.on('topologyDescriptionChanged', this.onServers);
    client.on('serverHeartbeatSucceeded', this.onHeartbeat);
  }

  /** A server that is named directly is asked whatever it is. */
  get isBesidePrimary(): boolean {
    const [server, ...others] = this.servers?.servers.values() ?? [];
    return server !== undefined && others.length === 0 && NO_PRIMARY.includes(server.type);
  }

  end(): void {
    this.client.off('topologyDescriptionChanged', this.onServers);
    this.client.off('serverHeartbeatSucceeded', this.onHeartbeat);
  }

  private readonly onServers = (event: mongo.TopologyDescriptionChangedEvent): void => {
    this.servers = event.newDescription;
    const hopeless = hopelessness(event.newDescription);
    if (hopeless !== undefined) this.giveUp(new OperatorError(hopeless));
  };

  private readonly onHeartbeat = ({ reply }: mongo.ServerHeartbeatSucceededEvent): void => {
    const { replicaSet } = this.client.options;
    const { setName } = reply;
    if (!replicaSet || typeof setName !== 'string' || setName === replicaSet) return;
    this.giveUp(new OperatorError(WRONG_SET));
  };
}
