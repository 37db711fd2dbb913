import helmet from '@fastify/helmet';
import { NestFastifyApplication } from '@nestjs/platform-fastify';

/** @param hstsMaxAgeSeconds 0 sends no HSTS. Never for subdomains: the host may belong to the workspace's owner */
export async function sendSecurityHeaders(
  app: NestFastifyApplication,
  hstsMaxAgeSeconds: number,
): Promise<void> {
  await app.register(helmet, {
    strictTransportSecurity: hstsMaxAgeSeconds > 0 && {
      maxAge: hstsMaxAgeSeconds,
      includeSubDomains: false,
    },
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        // What Swagger UI needs; it connects to this service only.
        connectSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  const instance = app.getHttpAdapter().getInstance();
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.header('cache-control', 'no-store');
    done();
  });
}
