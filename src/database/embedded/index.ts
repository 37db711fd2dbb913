import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { CommandContext } from './commands/command';
import { Cursors } from './commands/cursors';
import { Connection } from './connection';
import { Store } from './storage/store';

/** A MongoDB server inside this process. Its data live in memory, and end with it. */
export interface EmbeddedMongo {
  /** `mongodb://127.0.0.1:PORT/?directConnection=true`; a database may be put into the path. */
  uri: string;
  /** Closes every connection and forgets the data. */
  stop(): Promise<void>;
}

export interface EmbeddedMongoOptions {
  /** The time that TTL indexes go by. Default: the time of the machine. */
  now?: () => Date;
}

const HOUSEKEEPING_MILLISECONDS = 30_000;

/** Starts a server of the MongoDB protocol on a free port of 127.0.0.1. */
export async function startEmbeddedMongo({
  now = machineTime,
}: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> {
  const context: CommandContext = { store: new Store(), cursors: new Cursors(now), now };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Connection(socket, context);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const timer = setInterval(() => {
    context.store.removeExpired(now());
    context.cursors.killIdle();
  }, HOUSEKEEPING_MILLISECONDS).unref();
  const { port } = server.address() as AddressInfo;
  return {
    uri: `mongodb://127.0.0.1:${port}/?directConnection=true`,
    async stop() {
      clearInterval(timer);
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** The service injects its clock; whoever tries the engine alone need not. */
function machineTime(): Date {
  return new Date(performance.timeOrigin + performance.now());
}
