import { readFileSync } from 'node:fs';
import { Server } from 'node:http';
import { join } from 'node:path';
import { createHttpAdapter } from '../../src/common/http/server';

const read = (path: string): string => readFileSync(join(__dirname, '../../deploy', path), 'utf8');

/** How long each proxy keeps an idle connection to the service, in its own words. */
const KEPT_BY_PROXIES: [string, string, RegExp][] = [
  ['nginx', read('nginx/workspace-sessions.conf'), /^ {4}keepalive_timeout (\d+)s;$/m],
  ['Caddy', read('caddy/Caddyfile'), /^\t\t\tkeepalive (\d+)s$/m],
];

describe('an idle connection between proxy and service', () => {
  // Whoever sends on a connection that the other end is closing loses the request, and a proxy repeats no POST.
  it.each(KEPT_BY_PROXIES)(
    'is given up by %s before the service closes it',
    (_name, text, kept) => {
      const { keepAliveTimeout } = createHttpAdapter().getHttpServer<Server>();
      const seconds = Number(kept.exec(text)?.[1]);
      expect(seconds).toBeGreaterThan(0);
      expect(keepAliveTimeout / 1000 - seconds).toBeGreaterThanOrEqual(10);
    },
  );
});
