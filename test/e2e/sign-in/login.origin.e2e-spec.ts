import { mongo } from 'mongoose';
import { BcryptHasher } from '../../../src/auth/bcrypt.hasher';
import { TestApp } from '../../support/app';
import { BAD_REQUEST, LOGIN_BLOCKED_FOR_IP, LOGIN_REFUSED } from '../../support/expectations';
import { HttpAnswer } from '../../support/http';
import { TestUser } from '../../support/workspace';

const PASSWORD = 'correct horse';
const FORM = 'application/x-www-form-urlencoded';
const OK = { status: 200 };

describe('POST /api/v1/login: where it comes from', () => {
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

  /** What the record of a login with these headers says. */
  const recorded = async (
    headers: Record<string, string>,
    on = app,
  ): Promise<mongo.Document | undefined> => {
    await sessions().deleteMany({ userId: user.id });
    expect(await login(headers, on)).toMatchObject(OK);
    return newest();
  };

  describe('a form', () => {
    const HOST = 'chat.example.com:8443';
    it.each<[string, Record<string, string>]>([
      ['a program', {}],
      ['a page of its own', { 'sec-fetch-site': 'same-origin', origin: `https://${HOST}` }],
      ['its own page, whatever the case', { origin: `HTTPS://${HOST.toUpperCase()}` }],
      ['a person who does it again', { 'sec-fetch-site': 'none' }],
    ])('of %s is taken', async (_case, headers) => {
      expect(await form({ host: HOST, ...headers })).toMatchObject(OK);
    });

    it.each<[string, Record<string, string>]>([
      ["somebody else's page", { 'sec-fetch-site': 'cross-site' }],
      ['a page beside it', { 'sec-fetch-site': 'same-site' }],
      ['two minds', { 'sec-fetch-site': 'same-origin, cross-site' }],
      ['nonsense', { 'sec-fetch-site': '' }],
      ['another origin', { origin: 'https://evil.example' }],
      ['another origin that names it', { origin: `https://${HOST}.evil.example` }],
      ['another origin with it as a user', { origin: `https://${HOST}@evil.example` }],
      ['another port', { origin: 'https://chat.example.com' }],
      ['a hidden origin', { origin: 'null' }],
      ['no origin', { origin: '' }],
      ['a file', { origin: 'file://' }],
      ['an endless origin', { origin: `https://${'a'.repeat(5000)}` }],
      [
        'a foreign origin on its own word',
        { origin: 'https://evil.example', 'sec-fetch-site': 'none' },
      ],
      [
        'a page of its own from elsewhere',
        { origin: `https://${HOST}`, 'sec-fetch-site': 'cross-site' },
      ],
      [
        'another origin, in other letters',
        { origin: 'https://evil.example', 'content-type': 'Application/X-WWW-Form-Urlencoded ;a' },
      ],
    ])('of %s is refused, unread', async (_case, headers) => {
      const checks = jest.spyOn(app.app.get(BcryptHasher, { strict: false }), 'verify');
      const commands = await app.commandsDuring(async () => {
        expect(await form({ host: HOST, ...headers })).toMatchObject(LOGIN_REFUSED);
      });
      expect(commands).toEqual([]);
      expect(checks).not.toHaveBeenCalled();
      checks.mockRestore();
    });

    it('in disguise is no way round: only JSON is JSON, and browsers ask before they send it', async () => {
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
      'is kept as it is when it is %s',
      async (host) => {
        expect(await recorded({ host })).toMatchObject({ host });
      },
    );

    it.each(['<img src=x onerror=alert(1)>', 'a b', 'example.com/x', 'a\u009bb', '999.1.1.1'])(
      'is not kept when it is %j',
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
    ])('of a trusted proxy: %s is %s', async (forwarded, ip) => {
      expect(await recorded({ 'x-forwarded-for': forwarded }, trusting)).toMatchObject({ ip });
    });

    it('of somebody who is no trusted proxy counts for nothing, and the log says so once', async () => {
      for (const forwarded of ['192.0.2.7', '192.0.2.8', 'unknown']) {
        expect(await recorded({ 'x-forwarded-for': forwarded }, distrusting)).toMatchObject({
          ip: '127.0.0.1',
        });
      }
      const said = distrusting.log.lines.filter((line) => line.includes('TRUSTED_PROXIES'));
      expect(said).toEqual([expect.stringContaining('TRUSTED_PROXIES: "127.0.0.1"')]);
    });

    it('tells the clients behind a proxy apart, ports and all, when it comes to blocking one', async () => {
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
