import cluster from 'node:cluster';
import { Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { Configuration } from '../config/configuration';
import { describeFailure } from '../database/describe-failure';
import { StopRequests } from './stop-requests';
import { WORKER_ARGUMENT } from './worker';
import { WorkerPool } from './worker-pool';

/** Beyond what the service itself allows for: a start, or a running request. */
const MARGIN_MS = 30_000;

/** What else the primary does, at which time. */
export interface PrimarySteps {
  /** Before any worker is started. What it throws ends the start. */
  prepare: (pool: WorkerPool) => Promise<void>;
  /** Once, with the address, when the workers listen. */
  listening: (url: string) => void;
}

/**
 * Serves with several processes: starts them, restarts what dies, replaces them on SIGHUP, stops them on SIGTERM and
 * SIGINT. Serves nothing itself.
 * @param readAgain the configuration as it is now, for a replacement
 * @throws OperatorError when the workers cannot start
 */
export async function runPrimary(
  configuration: Configuration,
  readAgain: () => Configuration,
  clock: Clock,
  steps: PrimarySteps,
): Promise<void> {
  const logger = new Logger('Cluster');
  cluster.setupPrimary({ args: [WORKER_ARGUMENT] });
  const bounds = {
    start: configuration.database.startupTimeoutSeconds * 1000 + MARGIN_MS,
    retirement: configuration.http.requestTimeoutMs + MARGIN_MS,
    silence: configuration.cluster.silenceSeconds * 1000,
  };
  const pool = new WorkerPool(
    () => cluster.fork(),
    clock,
    bounds,
    () => {
      logger.fatal('No process can be started any more.');
      process.exit(1);
    },
  );
  const stops = new StopRequests(clock);
  const stop = (signal: NodeJS.Signals): void => {
    switch (stops.take()) {
      case 'gracefully':
        void pool.stop(signal).then(() => process.exit(0));
        break;
      case 'at once':
        pool.kill();
        process.exit(1);
        break;
      case 'not':
        break;
    }
  };
  const reload = (): void => {
    // What starts now is new anyway.
    if (pool.state.wanted === 0) return;
    try {
      const { cluster } = readAgain();
      logger.log('SIGHUP: the processes are replaced one by one.');
      void pool.replaceAll(cluster.workers);
    } catch (error) {
      logger.error(`SIGHUP: nothing is replaced. ${describeFailure(error)}`);
    }
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', reload);
  await steps.prepare(pool);
  const url = await pool.start(configuration.cluster.workers);
  if (url !== undefined) steps.listening(url);
}
