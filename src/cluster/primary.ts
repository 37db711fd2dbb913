import cluster from 'node:cluster';
import { Logger } from '@nestjs/common';
import { Clock } from '../common/clock/clock';
import { Configuration } from '../config/configuration';
import { describeFailure } from '../database/describe-failure';
import { keptSettings } from './kept-settings';
import { StopRequests } from './stop-requests';
import { WORKER_ARGUMENT } from './worker';
import { boundsOf } from './worker-bounds';
import { WorkerPool } from './worker-pool';

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
  const pool = new WorkerPool(
    () => cluster.fork(),
    clock,
    boundsOf(configuration),
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
      const now = readAgain();
      logger.log('SIGHUP: the processes are replaced one by one.');
      const kept = keptSettings(configuration, now);
      if (kept.length > 0) {
        logger.warn(
          `SIGHUP does not change ${kept.join(', ')} of the primary: restart the service.`,
        );
      }
      void pool.replaceAll(now.cluster.workers, boundsOf(now));
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
