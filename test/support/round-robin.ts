import type { Server as HttpServer } from 'node:http';
import { once } from 'node:events';
import { AddressInfo, createServer } from 'node:net';
import { afterTests } from './teardown';

/** How many instances of the service take turns at the requests of a test (`scripts/test.mjs --three-instances`). */
export const INSTANCES = Number(process.env.TEST_INSTANCES ?? 1);

const pinned = new Set<RoundRobin>();

afterEach(() => {
  pinned.clear();
});

/** One address for several servers, which take turns at its connections as the processes of a cluster do. */
export class RoundRobin {
  private turn = 0;

  private constructor(
    private readonly servers: readonly HttpServer[],
    readonly url: string,
  ) {}

  static async start(servers: readonly HttpServer[]): Promise<RoundRobin> {
    const listener = createServer((socket) => {
      front.next().emit('connection', socket);
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
    afterTests(() => Promise.resolve(listener.close()));
    const { port } = listener.address() as AddressInfo;
    const front = new RoundRobin(servers, `http://127.0.0.1:${port}`);
    return front;
  }

  /** Until the end of the test, the first server takes every connection, for a reason that is printed. */
  pin(reason: string): void {
    if (!pinned.has(this)) {
      const { currentTestName = 'the preparation' } = expect.getState();
      process.stdout.write(`On one instance: ${currentTestName}: ${reason}\n`);
    }
    pinned.add(this);
  }

  private next(): HttpServer {
    const at = pinned.has(this) ? 0 : this.turn++ % this.servers.length;
    const server = this.servers[at];
    if (!server) throw new Error('There is no server.');
    return server;
  }
}
