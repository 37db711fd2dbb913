// Clients that send one request after the other, and report what became of each.
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/**
 * @param options keepAlive, fresh: how many clients keep their connection, and how many open one for each request;
 *   pauseMs: between two requests of a client; next: returns the path and headers of the next request
 * @returns `answers` so far ({ began, at, status }), `lost` requests, and how to end it
 */
export function startClients(url, { keepAlive = 0, fresh = 0, pauseMs = 0, next }) {
  const answers = [];
  const lost = [];
  const state = { isOver: false, endsWithConnections: false };

  const run = async (agent) => {
    while (!state.isOver) {
      const { path, headers } = next();
      const began = performance.now();
      const outcome = await send(url + path, headers, agent);
      // A connection that is refused has lost no request; a balancer would ask another service.
      if (outcome.error === 'ECONNREFUSED') break;
      if (outcome.error) lost.push(outcome.error);
      else answers.push({ began, at: performance.now(), status: outcome.status });
      if (outcome.isLast && state.endsWithConnections) break;
      if (pauseMs > 0) await pause(pauseMs);
    }
    agent.destroy();
  };
  const clients = [
    ...Array.from({ length: keepAlive }, () => run(new Agent({ keepAlive: true }))),
    ...Array.from({ length: fresh }, () => run(new Agent({ keepAlive: false }))),
  ];
  return {
    answers,
    lost,
    finished: () => Promise.all(clients),
    /** A client that is told that its connection ends opens no other. */
    endWithConnections: () => (state.endsWithConnections = true),
    stop: async () => {
      state.isOver = true;
      await Promise.all(clients);
    },
  };
}

function send(url, headers, agent) {
  return new Promise((resolve) => {
    const fail = (error) => resolve({ error: error.code ?? error.message });
    const outgoing = request(url, { agent, headers }, (response) => {
      response.on('error', fail);
      response.on('end', () => {
        const isLast = response.headers.connection === 'close';
        resolve({ status: response.statusCode, isLast });
      });
      response.resume();
    });
    outgoing.on('error', fail);
    outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error('no answer')));
    outgoing.end();
  });
}
