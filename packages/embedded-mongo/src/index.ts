import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { CommandContext } from './commands/command';
import { Cursors } from './commands/cursors';
import { Connection } from './connection';
import { openDataDirectory } from './journal/data-directory';
import type { DataDirectoryOptions, OpenDataDirectory } from './journal/data-directory';
import { listenPrivately } from './listener';
import { Store } from './storage/store';

export { DataDirectoryError } from './journal/data-directory-error';
export type { DataDirectoryOptions } from './journal/data-directory';

/** A MongoDB server inside this process. */
export interface EmbeddedMongo {
  /** `mongodb://HOST/?directConnection=true`; a database may be put into the path. */
  uri: string;
  /** Closes every connection, and brings what is to be kept to the disk. */
  stop(): Promise<void>;
}

export interface EmbeddedMongoOptions {
  /** The time that TTL indexes go by. Default: the time of the machine. */
  now?: () => Date;
  /** Where the data are kept. Missing: in memory, and they end with the server. */
  data?: DataDirectoryOptions;
}

const MAINTENANCE_MILLISECONDS = 30_000;

/**
 * Starts a server of the MongoDB protocol that this user alone can reach.
 * @throws DataDirectoryError when the data directory cannot be used
 */
export async function startEmbeddedMongo({
  now = machineTime,
  data,
}: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> {
  const kept = data && (await openDataDirectory(data));
  const context = contextOf(now, kept);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    new Connection(socket, context);
  });
  const place = await listenPrivately(server);
  const timer = setInterval(() => {
    runMaintenance(context);
  }, MAINTENANCE_MILLISECONDS).unref();
  return {
    uri: `mongodb://${place.host}/?directConnection=true`,
    async stop() {
      clearInterval(timer);
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
      place.clear();
      await kept?.close();
    },
  };
}

function contextOf(now: () => Date, kept: OpenDataDirectory | undefined): CommandContext {
  const cursors = new Cursors(now);
  return kept
    ? { store: kept.store, changes: kept.changes, cursors, now }
    : { store: new Store(), cursors, now };
}

function runMaintenance({ store, changes, cursors, now }: CommandContext): void {
  cursors.killIdle();
  store.removeExpired(now());
  try {
    // Nothing waits for this, and the next sync includes it.
    changes?.commit()?.catch(() => undefined);
  } catch {
    // There is no room to note what has expired: it is all back, until the next time.
  }
}

/** What has a clock of its own injects it; tests do. */
function machineTime(): Date {
  return new Date(performance.timeOrigin + performance.now());
}
