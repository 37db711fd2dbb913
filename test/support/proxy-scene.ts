import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestApp } from './app';
import { ProxyProgram } from './proxy-program';
import { afterTests } from './teardown';

/** An address of this machine that is not the proxy's, so that the two can be told apart. */
export const CLIENT = '127.0.0.2';
/** What a client may pretend to be. */
const PRETENDED = '203.0.113.9';

/** A folder for a proxy's files; it goes when the tests are over. */
export function proxyFolder(): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'proxy-'));
  afterTests(() => {
    fs.rmSync(folder, { recursive: true, force: true });
    return Promise.resolve();
  });
  return folder;
}

/** What the service takes for the address of a client who signs in through the proxy. */
async function addressSeen(
  app: TestApp,
  proxy: ProxyProgram,
  headers: Record<string, string | string[]> = {},
): Promise<string | undefined> {
  app.log.lines.length = 0;
  await proxy.call('/api/v1/login', CLIENT, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ user: 'stranger', password: 'wrong' }),
  });
  return app.log.audit[0]?.actor.ip;
}

/** The tests that every proxy of the deployment passes. @param start it, in front of a service on this port */
export function itKnowsItsClients(start: (servicePort: number) => Promise<ProxyProgram>): void {
  let app: TestApp;
  let proxy: ProxyProgram;

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '1' });
    proxy = await start(Number(new URL(app.url).port));
  }, 60_000);

  it('passes requests on to the service', async () => {
    expect(await proxy.call('/api/v1/me', CLIENT)).toBe(401);
    expect(await proxy.call('/api-docs/openapi.json', CLIENT)).toBe(200);
  });

  it('keeps the answers to probes from the world', async () => {
    expect(await proxy.call('/health/ready', CLIENT)).toBe(404);
    expect(await proxy.call('/metrics', CLIENT)).toBe(404);
  });

  it("tells the service the client's address", async () => {
    expect(await addressSeen(app, proxy)).toBe(CLIENT);
  });

  it.each<[string, Record<string, string | string[]>]>([
    ['an address', { 'x-forwarded-for': PRETENDED }],
    ['a list', { 'x-forwarded-for': `${PRETENDED}, 127.0.0.1, ${PRETENDED}` }],
    ['the header twice', { 'x-forwarded-for': [PRETENDED, PRETENDED] }],
    ['nothing that is an address', { 'x-forwarded-for': 'unknown, ::1,,' }],
    ['other headers', { 'x-real-ip': PRETENDED, forwarded: `for=${PRETENDED}` }],
  ])('lets a client claim no other address: %s', async (_what, headers) => {
    expect(await addressSeen(app, proxy, headers)).toBe(CLIENT);
  });

  it('answers 413 to a body that is larger than the service reads', async () => {
    const call = proxy.call('/api/v1/login', CLIENT, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'x'.repeat(70_000) }),
    });
    expect(await call).toBe(413);
  });
}
