import { connect } from 'node:net';
import { TestApp } from '../../support/app';

const END = '\r\n';

describe('what the service makes of HTTP', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** Sends the lines of one request as they are, and returns all that comes back. */
  const send = (...lines: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(app.url);
      const text = [...lines, ''].join(END);
      const socket = connect(Number(port), hostname, () => socket.write(text));
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('close', () => {
        resolve(received);
      });
      socket.on('error', reject);
    });
  const ask = (method: string, ...headers: string[]): Promise<string> =>
    send(`${method} /api/v1/me HTTP/1.1`, 'Host: localhost', 'Connection: close', ...headers, '');

  it.each(['TRACE', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'])('knows no %s', async (method) => {
    const answer = await ask(method, 'X-Auth-Token: reflected');
    expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    expect(answer).not.toContain('reflected');
  });

  it.each([
    ['both lengths', ['Content-Length: 5', 'Transfer-Encoding: chunked', '', '0', '']],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6', '', 'hello']],
    ['an obscured encoding', ['Transfer-Encoding : chunked', '', '0', '']],
  ])('refuses a request with %s, which a proxy may divide otherwise', async (_case, lines) => {
    const answer = await send('POST /api/v1/login HTTP/1.1', 'Host: localhost', ...lines);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toMatch(/connection: close/i);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('names the charset of its JSON, and sends no referrer to other sites', async () => {
    const answer = await ask('GET');
    expect(answer).toMatch(/^content-type: application\/json; charset=utf-8\r$/im);
    expect(answer).toMatch(/^referrer-policy: no-referrer\r$/im);
  });
});
