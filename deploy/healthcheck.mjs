// Exits with 0 if the service on this machine answers as it should, else with 1 and the reason. It needs nothing but Node, and
// reads the environment, not a file .env.
//
// HEALTHCHECK_PATH    what is asked for: /health/ready, whether requests should be sent here, so the database counts. Whoever
//                     ends what is unhealthy (Docker Swarm) should ask for /health/live: no restart mends a database.
// HEALTHCHECK_STATUS  the status that is right
// HEALTHCHECK_HOST    the address, if it is not HOST, as for MANAGEMENT_HOST
// HEALTHCHECK_PORT    the port, if it is not PORT
// HEALTHCHECK_TIMEOUT_MS  how long the answer may take
import { get } from 'node:http';

const { env } = process;
const path = env.HEALTHCHECK_PATH || '/health/ready';
const status = Number(env.HEALTHCHECK_STATUS || 200);
const port = Number(env.HEALTHCHECK_PORT || env.PORT || 3000);
// A service that listens on every address is asked on this one.
const listening = env.HEALTHCHECK_HOST || env.HOST || '0.0.0.0';
const host = ['0.0.0.0', '::'].includes(listening) ? '127.0.0.1' : listening;
const timeoutMs = Number(env.HEALTHCHECK_TIMEOUT_MS || 3000);

function fail(reason) {
  process.stderr.write(`unhealthy: ${path} on ${host} port ${port}: ${reason}\n`);
  process.exit(1);
}

// A timer of its own: the option `timeout` of a request starts again with every byte.
setTimeout(() => fail(`no answer in ${timeoutMs} ms`), timeoutMs).unref();

get({ host, port, path, agent: false }, (answer) => {
  if (answer.statusCode !== status) fail(`status ${answer.statusCode} instead of ${status}`);
  process.exit(0);
}).on('error', ({ message }) => fail(message));
