import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { AddressInfo } from 'node:net';
import { afterTests } from './teardown';

/** A proxy that publishes a service below a path, which it strips. @returns its address, with the path */
export async function startPrefixProxy(serviceUrl: string, prefix: string): Promise<string> {
  const server = createServer((incoming, answer) => {
    const path = incoming.url ?? '';
    if (!path.startsWith(`${prefix}/`)) {
      answer.writeHead(502).end();
      return;
    }
    const headers = { ...incoming.headers, 'x-forwarded-prefix': prefix };
    const { method } = incoming;
    const outgoing = request(serviceUrl + path.slice(prefix.length), { method, headers });
    outgoing.on('response', (received) => {
      answer.writeHead(received.statusCode ?? 502, received.headers);
      received.pipe(answer);
    });
    outgoing.on('error', () => answer.destroy());
    incoming.pipe(outgoing);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterTests(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
}
