import { constants } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { INestApplication, Logger } from '@nestjs/common';
import { StopRequests } from './cluster/stop-requests';
import { Clock } from './common/clock/clock';
import { describeFailure } from './database/describe-failure';
import { DrainState } from './health/drain.state';

const STOP_SIGNALS = ['SIGTERM', 'SIGINT'] as const;
type StopSignal = (typeof STOP_SIGNALS)[number];

export interface Stopping {
  /** How long it still serves everything, and says that it is not ready, before it stops listening. */
  drainSeconds: number;
  /** Closes what answers to the end, when the service has closed. */
  closeLast?: () => Promise<void>;
}

/**
 * Ends this process in good order at the first signal, and at once at the second (docs/adr/0027): it turns not ready,
 * serves on, stops listening, finishes what runs, closes the database, and exits with 0.
 */
export function stopOnSignals(app: INestApplication, stopping: Stopping): void {
  const requests = new StopRequests(app.get(Clock, { strict: false }));
  const onSignal = (signal: StopSignal): void => {
    const request = requests.take();
    // As a shell reports the end by a signal.
    if (request === 'at once') process.exit(128 + constants.signals[signal]);
    if (request === 'not') return;
    stop(app, stopping).then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(describeFailure(error));
        process.exit(1);
      },
    );
  };
  for (const signal of STOP_SIGNALS) process.on(signal, onSignal);
}

async function stop(app: INestApplication, { drainSeconds, closeLast }: Stopping): Promise<void> {
  app.get(DrainState, { strict: false }).begin();
  if (drainSeconds > 0 && isListening(app)) {
    new Logger('Shutdown').log(`Stopping in ${drainSeconds} s; until then requests are served.`);
    await wait(drainSeconds * 1000);
  }
  await app.close();
  await closeLast?.();
}

/** Nobody has to be told of a service that has not begun to listen. */
function isListening(app: INestApplication): boolean {
  return (app.getHttpServer() as { listening: boolean }).listening;
}
