import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where a server listens, as the host of an address, and how to clear that away when it has closed. */
export interface ListeningPlace {
  host: string;
  clear(): void;
}

/** The shortest that a socket's path may have to be: 104 bytes with their end, on macOS. */
const LONGEST_PATH = 103;

/**
 * Lets a server listen where only this user can reach it: on a Unix socket in a directory of its own with mode 0700,
 * or, where there are none, on a free port of 127.0.0.1.
 */
export async function listenPrivately(server: Server): Promise<ListeningPlace> {
  const directory = process.platform === 'win32' ? undefined : makeDirectory();
  if (directory === undefined) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, clear: () => undefined };
  }
  const path = join(directory, 'mongodb.sock');
  server.listen(path);
  await once(server, 'listening');
  return {
    host: encodeURIComponent(path),
    clear: () => {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** @returns undefined when its path would be too long for a socket */
function makeDirectory(): string | undefined {
  const prefix = join(tmpdir(), 'embedded-mongo-');
  return Buffer.byteLength(prefix) > LONGEST_PATH - 'XXXXXX/mongodb.sock'.length
    ? undefined
    : mkdtempSync(prefix);
}
