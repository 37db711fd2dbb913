import { mongo } from 'mongoose';
import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, LOGIN_BLOCKED_FOR_IP, LOGIN_REFUSED } from '../../support/expectations';
import { describeCommand } from '../../support/explain';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const FORM = 'application/x-www-form-urlencoded';
const OK = { status: 200 };

describe('POST /api/v1/login: origin, host and client address', () => {
  let app: TestApp;
  let trusting: TestApp;
  let distrusting: TestApp;
  let user: TestUser;

  beforeAll(async () => {
    app = await TestApp.start();
    trusting = await app.another({ TRUSTED_PROXY_COUNT: '1' });
    distrusting = await app.another({ TRUSTED_PROXY_COUNT: '1', TRUSTED_PROXIES: '10.0.0.0/8' });
    user = await app.workspace.createUser({ password: PASSWORD, totp: false });
  });
  afterAll(async () => {
    await trusting.close();
    await distrusting.close();
    await app.close();
  });

  const credentials = (): Record<string, string> => ({
    user: `user-${user.id}`,
    password: PASSWORD,
  });
  const login = (headers: Record<string, string>, on = app): Promise<HttpAnswer> =>
    on.login(credentials(), headers);
  const form = (headers: Record<string, string>): Promise<HttpAnswer> =>
    app.login(new URLSearchParams(credentials()).toString(), { 'content-type': FORM, ...headers });
  const sessions = (): mongo.Collection => app.workspace.db.collection('rocketchat_sessions');
  const newest = async (): Promise<mongo.Document | undefined> =>
    (await sessions().find({ userId: user.id }).sort({ _id: 1 }).toArray()).at(-1);

  /** The session document of a login with these headers. */
  const recorded = async (
    headers: Record<string, string>,
    on = app,
  ): Promise<mongo.Document | undefined> => {
    await sessions().deleteMany({ userId: user.id });
    expect(await login(headers, on)).toMatchObject(OK);
    return newest();
  };

  describe('forms', () => {
    const HOST = 'chat.example.com:8443';
    it.each<[string, Record<string, string>]>([
      ['a program', {}],
      ['a page of the same origin', { 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` }],
      ['a page of the same origin in another case', { origin: `HTTPS://${HOST.toUpperCase()}` }],
      ['a user who reloads the page', { 'sec-fetch-site': 'none' }],
    ])('accepts a form of %s', async (_case, headers) => {
      expect(await form({ host: HOST, ...headers })).toMatchObject(OK);
    });

    it.each<[string, Record<string, string>]>([
      ['a cross-site page', { 'sec-fetch-site': 'cross-site' }],
      ['a same-site page of another origin', { 'sec-fetch-site': 'same-site' }],
      ['two Sec-Fetch-Site values', { 'sec-fetch-site': 'same-origin, cross-site' }],
      ['an empty Sec-Fetch-Site', { 'sec-fetch-site': '' }],
      ['another origin', { origin: 'https://evil.example' }],
      ['an origin with this host as its prefix', { origin: `https://${HOST}.evil.example` }],
      ['an origin with this host as its user name', { origin: `https://${HOST}@evil.example` }],
      ['another port', { origin: 'https://chat.example.com' }],
      ['an opaque origin', { origin: 'null' }],
      ['an empty origin', { origin: '' }],
      ['a file', { origin: 'file://' }],
      ['an origin of 5,000 characters', { origin: `https://${'a'.repeat(5000)}` }],
      [
        'another origin that claims a user navigation',
        { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
      ],
      [
        'the same origin in a cross-site request',
        { origin: `https://${HOST}`, 'sec-fetch-site': 'cross-site' },
      ],
      [
        'another origin, with the content type in another case',
        { origin: 'https://evil.example', 'content-type': 'Application/X-WWW-Form-Urlencoded ;a' },
      ],
    ])('answers 401 to a form of %s without reading it', async (_case, headers) => {
      const checks = jest.spyOn(app.partOf(BcryptHasher), 'verify');
      const commands = await app.commandsDuring(async () => {
        expect(await form({ host: HOST, ...headers })).toMatchObject(LOGIN_REFUSED);
      });
      // Like every login, it is counted before it is judged.
      const names = commands.map(describeCommand).filter((name) => name !== 'insert ws_audit');
      expect(names).toEqual(['findAndModify ws_rate_limits']);
      expect(checks).not.toHaveBeenCalled();
      checks.mockRestore();
    });

    it('answers 400 to JSON of a simple content type, and grants no CORS preflight', async () => {
      for (const type of [
        'text/plain',
        'text/plain;application/json',
        'multipart/form-data;boundary=x',
      ]) {
        const answer = await login({ 'content-type': type, 'sec-fetch-site': 'cross-site' });
        expect(answer).toMatchObject(BAD_REQUEST);
      }
      const cors = await app.call('/api/v1/login', {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      });
      expect(cors.headers).not.toHaveProperty('access-control-allow-origin');
      expect(await login({ origin: 'https://app.example' })).toMatchObject(OK);
    });
  });

  describe('the Host header', () => {
    it.each(['chat.example.com', 'Chat.Example.com:3000', '[2001:db8::1]:3000', '192.0.2.1'])(
      'stores the Host header %s unchanged',
      async (host) => {
        expect(await recorded({ host })).toMatchObject({ host });
      },
    );

    it.each(['<img src=x onerror=alert(1)>', 'a b', 'example.com/x', 'a\u009bb', '999.1.1.1'])(
      'does not store the invalid Host header %j',
      async (host) => {
        expect(await recorded({ host })).toMatchObject({ host: '' });
      },
    );
  });

  describe('x-forwarded-for', () => {
    it.each([
      ['192.0.2.7:5678', '192.0.2.7'],
      ['::ffff:192.0.2.7:12345', '192.0.2.7'],
      ['10.0.0.1, "[2001:DB8::7]:443"', '2001:db8::7'],
      ['192.0.2.7, unknown', '127.0.0.1'],
      ['192.0.2.7, _hidden', '127.0.0.1'],
    ])('reads %s from a trusted proxy as the address %s', async (forwarded, ip) => {
      expect(await recorded({ 'x-forwarded-for': forwarded }, trusting)).toMatchObject({ ip });
    });

    it('ignores x-forwarded-for from an untrusted address, and logs it once', async () => {
      for (const forwarded of ['192.0.2.7', '192.0.2.8', 'unknown']) {
        expect(await recorded({ 'x-forwarded-for': forwarded }, distrusting)).toMatchObject({
          ip: '127.0.0.1',
        });
      }
      const warnings = distrusting.log.lines.filter((line) => line.includes('TRUSTED_PROXIES'));
      expect(warnings).toEqual([expect.stringContaining('TRUSTED_PROXIES: "127.0.0.1"')]);
    });

    it('blocks one client behind a proxy, whatever its port, and serves the others', async () => {
      const from = (address: string, password = 'wrong'): Promise<HttpAnswer> =>
        trusting.login({ user: 'nobody', password }, { 'x-forwarded-for': address });
      const names = Array.from({ length: 50 }, (_, index) => `nobody-${index}`);
      await Promise.all(
        names.map((name, index) =>
          trusting.login(
            { user: name, password: 'wrong' },
            { 'x-forwarded-for': `::ffff:192.0.2.1:${1000 + index}` },
          ),
        ),
      );
      expect(await from('192.0.2.1:9')).toMatchObject(LOGIN_BLOCKED_FOR_IP);
      expect(await from('192.0.2.2:9')).toMatchObject(LOGIN_REFUSED);
      expect(await login({ 'x-forwarded-for': '[192.0.2.3]:9' }, trusting)).toMatchObject(OK);
    });
  });
});
