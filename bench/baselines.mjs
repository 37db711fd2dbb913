// What the service is compared with, each in its own process like the service: the bare frameworks, and the bare driver.
import { createHash } from 'node:crypto';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const self = fileURLToPath(import.meta.url);

async function start(kind, path, setting) {
  const child = fork(self, [kind, path, JSON.stringify(setting)]);
  process.once('exit', () => child.kill());
  const [url] = await once(child, 'message');
  return {
    url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

export const startBareFastify = (path, body) => start('fastify', path, body);
export const startBareNest = (path, body) => start('nest', path, body);
/** Makes the reads of a look-up one after the other with the MongoDB driver alone, and checks nothing. */
export const startBareReads = (path, uri) => start('reads', path, uri);

async function serveFastify(path, body) {
  const { fastify } = await import('fastify');
  const app = fastify();
  app.get(path, () => Promise.resolve(body));
  return app.listen({ port: 0, host: '127.0.0.1' });
}

async function serveReads(path, uri) {
  const { fastify } = await import('fastify');
  const { default: mongoose } = await import('mongoose');
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  const users = client.db().collection('users');
  const sessions = client.db().collection('rocketchat_sessions');
  const app = fastify();
  app.get(path, async ({ headers, query }) => {
    const hashedToken = createHash('sha256').update(headers['x-auth-token']).digest('base64');
    await users.findOne(
      { 'services.resume.loginTokens.hashedToken': hashedToken },
      {
        projection: {
          active: 1,
          roles: 1,
          'services.totp': 1,
          'services.email2fa': 1,
          'services.resume.loginTokens.$': 1,
        },
      },
    );
    const found = await sessions
      .find(
        { sessionId: query.sessionId },
        {
          projection: {
            sessionId: 1,
            userId: 1,
            device: 1,
            host: 1,
            ip: 1,
            loginAt: 1,
            loginToken: 1,
            logoutAt: 1,
          },
        },
      )
      .toArray();
    const [{ sessionId, userId, device, host, ip, loginAt }] = found;
    const _user = await users.findOne(
      { _id: userId },
      { projection: { _id: 0, name: 1, username: 1, avatarETag: 1, avatarOrigin: 1 } },
    );
    return {
      sessionId,
      userId,
      device,
      host,
      ip,
      loginAt,
      _user,
      _id: sessionId,
      success: true,
    };
  });
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
  const [kind, path, setting] = process.argv.slice(2);
  const serve = { fastify: serveFastify, nest: serveNest, reads: serveReads }[kind];
  process.send(await serve(path, JSON.parse(setting)));
}
