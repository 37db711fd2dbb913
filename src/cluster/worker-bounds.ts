import { Configuration } from '../config/configuration';

/** Beyond what the service itself allows for: a start, or a running request. */
const MARGIN_MS = 30_000;

/** In milliseconds; a worker that takes longer is killed. */
export interface WorkerBounds {
  /** From its start until it listens. */
  start: number;
  /** From its retirement until its end. */
  retirement: number;
  /** Without an answer, once it listens. */
  silence: number;
}

/** What workers that are started with this configuration may take. */
export function boundsOf({ cluster, database, http }: Configuration): WorkerBounds {
  return {
    start: database.startupTimeoutSeconds * 1000 + MARGIN_MS,
    retirement: http.requestTimeoutMs + MARGIN_MS,
    silence: cluster.silenceSeconds * 1000,
  };
}
