import cluster from 'node:cluster';
import { readEnvironmentFile } from '../config/environment-file';
import { startTracing, Tracing } from './start-tracing';
import { prepareTracing } from './tracing-environment';

/** Must be imported before anything that loads Fastify or the driver. Undefined when it is off. */
export const tracing = start();

function start(): Tracing | undefined {
  try {
    const isTraced = prepareTracing(process.env, readFile(), cluster.isWorker);
    return isTraced ? startTracing(process.env) : undefined;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  }
}

/** The start itself reports a file that cannot be read. */
function readFile(): Record<string, string> {
  try {
    return readEnvironmentFile(process.cwd());
  } catch {
    return {};
  }
}
