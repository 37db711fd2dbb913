import { once } from 'node:events';
import { connect } from 'node:net';
import { TestApp } from '../../support/app';
import { HttpAnswer } from '../../support/http';
import { TcpProxy } from '../../support/tcp-proxy';

const NEW = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const GIVEN = 'Given-1.2_3:4';

describe('x-request-id', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** What the service answers to these bytes, until it closes the connection. */
  const send = async (bytes: string): Promise<string> => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString()));
    await once(socket, 'close');
    return text;
  };

  const idOf = (answer: string): string => /^x-request-id: (.*)\r$/im.exec(answer)?.[1] ?? 'none';

  it.each<[number, string, (headers: Record<string, string>) => Promise<HttpAnswer>]>([
    [200, 'Swagger UI', (headers) => app.call('/api-docs', { headers })],
    [200, 'a file of Swagger UI', (headers) => app.call('/api-docs/swagger-ui.css', { headers })],
    [401, 'a guard', (headers) => app.call('/api/v1/me', { headers })],
    [404, 'no route', (headers) => app.call('/nothing', { headers })],
    [404, 'another method', (headers) => app.call('/api/v1/me', { method: 'DELETE', headers })],
    [400, 'a path that cannot be decoded', (headers) => app.call('/%ff', { headers })],
    [
      413,
      'a body that is too large',
      (headers) => app.login(JSON.stringify('x'.repeat(100_000)), headers),
    ],
    [
      431,
      'too many headers',
      (headers) => {
        const more = Array.from({ length: 100 }, (_, n) => [`x-${n}`, 'y'] as const);
        return app.call('/api/v1/me', { headers: { ...Object.fromEntries(more), ...headers } });
      },
    ],
    [
      401,
      'an unknown expectation',
      (headers) => app.call('/api/v1/me', { headers: { expect: 'x', ...headers } }),
    ],
  ])('is returned with the %i of %s, or new without one', async (status, _what, ask) => {
    const given = await ask({ 'x-request-id': GIVEN });
    expect(given).toMatchObject({ status, headers: { 'x-request-id': GIVEN } });
    const ids = [await ask({}), await ask({})].map(({ headers }) => headers['x-request-id']);
    expect(ids).toEqual([expect.stringMatching(NEW), expect.stringMatching(NEW)]);
    expect(ids[0]).not.toBe(ids[1]);
  });

  it.each([
    ['too long', `x-request-id: ${'x'.repeat(129)}`],
    ['empty', 'x-request-id:'],
    ['repeated', `x-request-id: ${GIVEN}\r\nX-Request-Id: ${GIVEN}`],
    ['a terminal sequence', 'x-request-id: a\u009b31m'],
    ['a forged log line', 'x-request-id: a"}\t{"level":"error"'],
    ['folded', 'x-request-id: a\r\n b'],
  ])('is a new one when the given one is %s', async (_case, header) => {
    const answer = await send(
      `GET /api/v1/me HTTP/1.1\r\nhost: x\r\n${header}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(idOf(answer)).toMatch(NEW);
  });

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400],
    ['too large headers', `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
    [
      'half a chunk',
      'POST /api/v1/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n',
      400,
    ],
  ])('is a new one for %s, which no route sees', async (_case, bytes, status) => {
    const answer = await send(bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(idOf(answer)).toMatch(NEW);
  });

  it('is on the 503 of a database that is away, and the 408 of a body that never arrives', async () => {
    const proxy = await TcpProxy.start(app.databaseUri);
    const cut = await app.another({
      MONGODB_URI: proxy.rewrite(app.databaseUri),
      REQUEST_TIMEOUT_MS: '300',
      DATABASE_TIMEOUT_MS: '300',
    });
    const user = await app.workspace.createUser();
    proxy.stall();
    const headers = { ...user.headers, 'x-request-id': GIVEN };
    const answer = await cut.call('/api/v1/me', { headers });
    expect(answer).toMatchObject({ status: 503, headers: { 'x-request-id': GIVEN } });
    const slow = await cut.call('/api/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': '9', ...headers },
    });
    expect(slow).toMatchObject({ status: 408, headers: { 'x-request-id': GIVEN } });
    proxy.resume();
    await cut.close();
  });
});
