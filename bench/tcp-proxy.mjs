// A proxy in front of the database whose connections can be cut, or its answers delayed.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** @param uri the address of the database, with one host */
export async function startProxy(uri) {
  const url = new URL(uri);
  const host = decodeURIComponent(url.hostname);
  const target = host.startsWith('/') ? { path: host } : { host, port: Number(url.port) };
  const sockets = new Set();
  let delayMs = 0;

  const pass = (from, to, delay) => {
    sockets.add(from);
    from.on('data', (chunk) => {
      if (delay() === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), delay());
    });
    from.on('error', () => from.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((inner) => {
    const outer = connect(target);
    pass(inner, outer, () => 0);
    pass(outer, inner, () => delayMs);
  });
  const listen = async (port) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address();
  url.host = `127.0.0.1:${port}`;
  // Otherwise the driver looks for the members of the replica set, and walks around the proxy.
  url.searchParams.set('directConnection', 'true');
  const cut = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return {
    uri: url.toString(),
    delay: (milliseconds) => (delayMs = milliseconds),
    cut,
    restore: () => listen(port),
  };
}
