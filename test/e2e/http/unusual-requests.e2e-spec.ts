import { TestApp } from '../../support/app';
import { sendRaw } from '../../support/raw-http';

const NOT_FOUND = '{"success":false,"error":"Not Found"}';
const BAD_REQUEST = '{"success":false,"error":"Bad Request"}';
const NOT_LOGGED_IN = '{"status":"error","message":"You must be logged in to do this."}';
const PATHS = ['/api/v1/me', '/api/v1/nothing', '/api-docs', '/'];

describe('requests that no client of the API sends', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** The status and the body of the answer to a request line and headers. */
  const ask = async (line: string, headers = 'host: x\r\nconnection: close', body = ''): Answer => {
    const received = await sendRaw(app.url, `${line}\r\n${headers}\r\n\r\n${body}`);
    const [, status] = /^HTTP\/1\.1 (?:100 Continue\r\n\r\nHTTP\/1\.1 )?(\d+)/.exec(received) ?? [];
    return [Number(status), received.slice(received.lastIndexOf('\r\n\r\n') + 4)];
  };
  type Answer = Promise<[status: number, body: string]>;

  it.each([
    ...['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND', 'QUERY', 'M-SEARCH'],
    ...['FOO', 'get', 'X~1'],
  ])('answers 404 to the method %s, whatever the path', async (method) => {
    for (const path of PATHS) {
      expect([path, ...(await ask(`${method} ${path} HTTP/1.1`))]).toEqual([path, 404, NOT_FOUND]);
    }
  });

  it('answers 404 to HEAD, without a body', async () => {
    for (const path of PATHS) expect(await ask(`HEAD ${path} HTTP/1.1`)).toEqual([404, '']);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    'bounds the body of %s as any other: not JSON, of another type, too large',
    async (method) => {
      const send = async (type: string, length: number): Promise<number> => {
        const headers = `host: x\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: ${length}`;
        const [status, body] = await ask(`${method} /api/v1/me HTTP/1.1`, headers, '{');
        expect(body).toMatch(/^\{"success":false,"error":"[A-Za-z ]+"\}$/);
        return status;
      };
      expect(await send('application/json', 1)).toBe(404);
      expect(await send('text/html', 1)).toBe(404);
      // Fastify reads no body of the last methods.
      expect([404, 413]).toContain(await send('application/json', 100_000));
    },
  );

  it.each([
    '/api-docs/../x',
    '/api-docs/%2e%2e/%2e%2e/etc/passwd',
    '/api-docs/..%2fx',
    '/api-docs//swagger-ui.css',
    '/api-docs/./swagger-ui.css',
    '/api-docs/x%00',
    '/api-docs/.env',
    '/api-docs/LICENSE',
    '/api-docs/nothing',
    '*',
  ])('answers 404 to the path %s', async (path) => {
    expect(await ask(`GET ${path} HTTP/1.1`)).toEqual([404, NOT_FOUND]);
  });

  it('answers what hooks refuse below /api-docs in the documented shape', async () => {
    const headers = Array.from({ length: 120 }, (_, n) => `x-${n}: a`).join('\r\n');
    for (const path of ['/api-docs', '/api-docs/openapi.json', '/api-docs/swagger-ui.css']) {
      expect(
        await ask(`GET ${path} HTTP/1.1`, `host: x\r\nconnection: close\r\n${headers}`),
      ).toEqual([431, '{"success":false,"error":"Request Header Fields Too Large"}']);
    }
  });

  it.each(['100-continue', 'nothing-that-exists'])(
    'serves a request that expects %s',
    async (e) => {
      const headers = `host: x\r\nconnection: close\r\nexpect: ${e}`;
      expect(await ask('GET /api/v1/me HTTP/1.1', headers)).toEqual([401, NOT_LOGGED_IN]);
    },
  );

  it.each([
    'nonsense',
    'GET /api/v1/me HTTP/9',
    'F@O /x HTTP/1.1',
    `${'X'.repeat(40)} /x HTTP/1.1`,
  ])('answers 400 to what is no request: %s', async (line) => {
    expect(await ask(line)).toEqual([400, BAD_REQUEST]);
  });

  it('answers 431 to a request line or headers beyond what Node reads', async () => {
    const error = '{"success":false,"error":"Request Header Fields Too Large"}';
    expect(await ask(`GET /${'a'.repeat(20_000)} HTTP/1.1`)).toEqual([431, error]);
    expect(await ask('GET / HTTP/1.1', `host: x\r\nx: ${'a'.repeat(20_000)}`)).toEqual([
      431,
      error,
    ]);
  });
});
