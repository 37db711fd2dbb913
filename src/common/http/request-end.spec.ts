import { once } from 'node:events';
import { AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fastify from 'fastify';
import { whenOver } from './request-end';

describe('whenOver', () => {
  it('calls back once for each of five requests on a connection that breaks before they are answered', async () => {
    const over: string[] = [];
    const server = fastify();
    server.addHook('onRequest', (request, reply, done) => {
      whenOver(request, reply, () => over.push(request.url));
      done();
    });
    server.get('/:n', () => new Promise(() => undefined));
    await server.listen({ port: 0, host: '127.0.0.1' });
    const arrived = new Promise<void>((resolve) => {
      let count = 0;
      server.server.on('request', () => {
        count += 1;
        if (count === 5) resolve();
      });
    });
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write([1, 2, 3, 4, 5].map((n) => `GET /${n} HTTP/1.1\r\nHost: a\r\n\r\n`).join(''));
    await arrived;
    socket.destroy();
    while (over.length < 5) await pause(5);
    expect([...over].sort()).toEqual(['/1', '/2', '/3', '/4', '/5']);
    await server.close();
  });

  it('calls back once for a request that is answered, also when its connection ends later', async () => {
    let over = 0;
    const server = fastify();
    server.addHook('onRequest', (request, reply, done) => {
      whenOver(request, reply, () => (over += 1));
      done();
    });
    server.get('/', () => 'answer');
    const address = await server.listen({ port: 0, host: '127.0.0.1' });
    await (await fetch(address)).text();
    await server.close();
    expect(over).toBe(1);
  });
});
