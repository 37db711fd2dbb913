// The cost of the bare frameworks, each in its own process like the service.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

async function start(kind, path, body) {
  const child = fork(self, [kind, path, JSON.stringify(body)]);
  const [url] = await once(child, 'message');
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export const startBareFastify = (path, body) => start('fastify', path, body);
export const startBareNest = (path, body) => start('nest', path, body);

async function serveFastify(path, body) {
  const { fastify } = await import('fastify');
  const app = fastify();
  app.get(path, () => Promise.resolve(body));
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function serveNest(path, body) {
  await import('reflect-metadata');
  const { Controller, Get, Module } = await import('@nestjs/common');
  const { NestFactory } = await import('@nestjs/core');
  const { FastifyAdapter } = await import('@nestjs/platform-fastify');
  class BareController {
    answer() {
      return Promise.resolve(body);
    }
  }
  Controller()(BareController);
  const { prototype } = BareController;
  Get(path)(prototype, 'answer', Object.getOwnPropertyDescriptor(prototype, 'answer'));
  class BareModule {}
  Module({ controllers: [BareController] })(BareModule);
  const app = await NestFactory.create(BareModule, new FastifyAdapter(), { logger: false });
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

if (process.argv[1] === self) {
  const [kind, path, body] = process.argv.slice(2);
  const serve = kind === 'nest' ? serveNest : serveFastify;
  process.send(await serve(path, JSON.parse(body)));
}
