import helmet from '@fastify/helmet';
import { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * The headers that every answer carries, whatever became of the request.
 * @param hstsMaxAgeSeconds for how long browsers shall use TLS only; 0 says nothing of it. Never for subdomains: they
 * are not this service's, which may be a guest on the host of a workspace
 */
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
        // What Swagger UI needs to run, and to call nobody but this service.
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
