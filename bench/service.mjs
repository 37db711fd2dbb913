// The built service in its own process.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** As it is deployed (deploy/Dockerfile). */
const DEPLOYED = ['--max-semi-space-size=4', '--heap-growing-percent=20', '--no-parallel-scavenge'];

/**
 * @param uri the database to serve
 * @param settings further environment variables
 * @param nodeArguments further options of Node
 */
export async function startService(uri, settings = {}, nodeArguments = []) {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const env = {
    PATH: process.env.PATH,
    PORT: '0',
    MONGODB_URI: uri,
    // One user sends all of the requests: they are counted, and never too many.
    RATE_LIMIT_PER_MINUTE: '1000000',
    RATE_LIMIT_PUBLIC_PER_MINUTE: '1000000',
    ...settings,
  };
  const child = spawn(process.execPath, [...DEPLOYED, ...nodeArguments, main], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.once('exit', () => child.kill());
  let printed = '';
  child.stdout.on('data', (chunk) => (printed += chunk));
  const untilPrinted = async (pattern) => {
    while (!pattern.test(printed)) {
      if (child.exitCode !== null) throw new Error('The service has ended.');
      await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
    }
    return pattern.exec(printed);
  };
  const [, url] = await untilPrinted(/listening on ([^\s"]+)/);
  return {
    url,
    pid: child.pid,
    signal: (signal) => child.kill(signal),
    /** Resolves with its match, when it prints something like this. */
    untilPrinted,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
