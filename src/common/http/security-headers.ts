import { Socket } from 'node:net';
import { IncomingMessage, ServerResponse } from 'node:http';
import { FastifyInstance } from 'fastify';
import helmet, { HelmetOptions } from 'helmet';

/**
 * Sends the same headers with every answer: they are computed once, because they depend on no request.
 * @param hstsMaxAgeSeconds 0 sends no HSTS. Never for subdomains: the host may belong to the workspace's owner
 */
export function sendSecurityHeaders(instance: FastifyInstance, hstsMaxAgeSeconds: number): void {
  const headers = {
    ...headersOf({
      strictTransportSecurity: hstsMaxAgeSeconds > 0 && {
        maxAge: hstsMaxAgeSeconds,
        includeSubDomains: false,
      },
      xFrameOptions: { action: 'deny' },
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
    }),
    'cache-control': 'no-store',
  };
  instance.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
}

/** What Helmet would set on any response. */
function headersOf(options: HelmetOptions): Record<string, string> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(options)(request, response, (error) => {
    if (error) throw error as Error;
  });
  return response.getHeaders() as Record<string, string>;
}
