import cors from '@fastify/cors';
import { NestFastifyApplication } from '@nestjs/platform-fastify';
import { RATE_LIMIT_HEADERS } from './rate-limit-headers';

const METHODS = ['GET', 'POST'];
const ALLOWED = [
  'content-type',
  'x-user-id',
  'x-auth-token',
  'x-2fa-code',
  'x-2fa-method',
  'x-request-id',
];
const EXPOSED = [...Object.values(RATE_LIMIT_HEADERS), 'retry-after', 'x-request-id'];
/** Browsers keep the answer to a preflight at most this long. */
const MAX_AGE_SECONDS = 600;

/**
 * Lets pages of these origins call the API from a browser (WHATWG Fetch, CORS protocol). No origin: the service takes no
 * part in it, and an OPTIONS request is one to an unknown route. Never with credentials: tokens travel in headers that a
 * page sets itself, so a page gains nothing from cookies.
 */
export async function allowOrigins(
  app: NestFastifyApplication,
  origins: readonly string[],
): Promise<void> {
  if (origins.length === 0) return;
  const allowed = new Set(origins);
  await app.register(cors, {
    origin: (origin, answer) => {
      answer(null, origin !== undefined && allowed.has(origin) ? origin : false);
    },
    methods: METHODS,
    allowedHeaders: ALLOWED,
    exposedHeaders: EXPOSED,
    credentials: false,
    maxAge: MAX_AGE_SECONDS,
    // It would answer in a shape of its own.
    strictPreflight: false,
  });
}
