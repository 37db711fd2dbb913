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
/** Replica set members that may hold stale data, or none. */
const NO_PRIMARY = ['RSSecondary', 'RSArbiter', 'RSOther', 'RSGhost'];

/**
 * Retries with growing pauses while MongoDB is unreachable.
 * @throws OperatorError after `STARTUP_TIMEOUT_SECONDS`, or at once if no retry will help; never shows the URL
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
      return await open(uri, config, Math.max(1, left), options);
    } catch (error) {
      const hopeless = error instanceof OperatorError ? error.message : needsOperator(error);
      if (hopeless !== undefined) throw new OperatorError(hopeless);
      const isTransient = error instanceof NotPrimary || error instanceof NotInTime;
      if (!(isTransient || mayPass(error))) throw error;
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

class NotPrimary extends Error {
  override readonly message =
    'directConnection leads to a member of a replica set that is not its primary';
}

/** The start is over before the driver has given up. */
class NotInTime extends Error {
  override readonly name = 'NotInTime';

  /** @param reason what the driver knows of the servers, as in its own errors */
  constructor(readonly reason: mongo.TopologyDescription | undefined) {
    super('No connection in time.');
  }
}

/** @param leftMs for this attempt alone; the options of the client last as long as the service */
async function open(
  uri: string,
  config: DatabaseConfig,
  leftMs: number,
  { monitorCommands }: DriverOptions,
): Promise<Connection> {
  const connection = createConnection(uri, {
    ...CONCERNS,
    // Answer 503 instead of queueing while the database is away.
    bufferCommands: false,
    autoIndex: false,
    autoCreate: false,
    serverSelectionTimeoutMS: config.timeoutMs,
    connectTimeoutMS: config.timeoutMs,
    socketTimeoutMS: config.timeoutMs,
    waitQueueTimeoutMS: config.timeoutMs,
    monitorCommands,
  });
  const watch = new ConnectionWatch(connection.getClient(), leftMs);
  try {
    await Promise.race([connection.asPromise(), watch.failure]);
    if (watch.isBesidePrimary) throw new NotPrimary();
    return connection;
  } catch (error) {
    // Close the client first: Mongoose would wait until it has connected or given up.
    await connection.getClient().close();
    await connection.destroy();
    throw error;
  } finally {
    watch.end();
  }
}

/** A client keeps trying even when there is no hope, and for as long as a statement may take. */
class ConnectionWatch {
  /** Rejects when there is no hope, or no time left. */
  readonly failure: Promise<never>;
  private readonly timer: NodeJS.Timeout;
  private servers: mongo.TopologyDescription | undefined;
  private giveUp: (refusal: Error) => void = () => undefined;

  constructor(
    private readonly client: mongo.MongoClient,
    leftMs: number,
  ) {
    this.failure = new Promise((_resolve, reject) => {
      this.giveUp = reject;
    });
    this.failure.catch(() => undefined);
    this.timer = setTimeout(() => {
      this.giveUp(new NotInTime(this.servers));
    }, leftMs);
    client.on('topologyDescriptionChanged', this.onServers);
    client.on('serverHeartbeatSucceeded', this.onHeartbeat);
  }

  get isBesidePrimary(): boolean {
    const [server, ...others] = this.servers?.servers.values() ?? [];
    return server !== undefined && others.length === 0 && NO_PRIMARY.includes(server.type);
  }

  end(): void {
    clearTimeout(this.timer);
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
