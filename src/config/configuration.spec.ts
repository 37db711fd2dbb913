import { join } from 'node:path';
import { Configuration, ConfigurationError, loadConfiguration } from './configuration';

function refusal(env: NodeJS.ProcessEnv): string {
  try {
    loadConfiguration(env);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
  }
  throw new Error('The environment was taken.');
}

describe('loadConfiguration', () => {
  it('accepts an empty environment and treats blank variables as absent', () => {
    expect(loadConfiguration({ PORT: ' ', SMTP_URL: '' })).toEqual(new Configuration());
  });

  it('refuses a blank MONGODB_URI, so that the demo does not start in place of a database', () => {
    expect(refusal({ MONGODB_URI: ' ' })).toBe(
      'The configuration is wrong: MONGODB_URI is set, but empty: name the database, or unset it to run the demo.',
    );
    expect(refusal({ MONGO_URL: 'mongodb://db/chat' })).toContain('MONGO_URL is not read');
  });

  it('reads numbers and words', () => {
    const read = loadConfiguration({ PORT: '8080', TWO_FACTOR_CODE_REUSE: 'never' });
    expect(read).toMatchObject({ http: { port: 8080 }, twoFactor: { codeReuse: 'never' } });
  });

  it('listens beyond this machine only in production, unless HOST says otherwise', () => {
    const production = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/chat' };
    expect(loadConfiguration({}).http.host).toBe('127.0.0.1');
    expect(loadConfiguration(production).http.host).toBe('0.0.0.0');
    expect(loadConfiguration({ ...production, HOST: '10.0.0.1' }).http.host).toBe('10.0.0.1');
  });

  it('has a port for management only where one is named, and drains only in production', () => {
    const production = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/chat' };
    expect(loadConfiguration({}).management).toMatchObject({ port: undefined, drainSeconds: 0 });
    const { management } = loadConfiguration({ ...production, MANAGEMENT_PORT: ' 9090 ' });
    expect(management).toMatchObject({ port: 9090, host: '0.0.0.0', drainSeconds: 5 });
  });

  it.each(['-1', '1.5', '1e3', 'abc', '65536', '9'.repeat(400)])(
    'refuses MANAGEMENT_PORT=%s',
    (MANAGEMENT_PORT) => {
      expect(refusal({ MANAGEMENT_PORT })).toContain(
        'MANAGEMENT_PORT must be a whole number from 0 to 65535',
      );
    },
  );

  it.each(['-1', '1.5', '1e3', '0x10', 'abc', '65536', '9'.repeat(400), 'NaN'])(
    'refuses PORT=%s',
    (PORT) => {
      expect(refusal({ PORT })).toContain('PORT must be a whole number from 0 to 65535');
    },
  );

  it.each([
    'mongodb://db',
    'mongodb://db/',
    'mongodb://db/?directConnection=true',
    'http://db/chat',
    'chat',
  ])('refuses MONGODB_URI=%s, which names no database', (MONGODB_URI) => {
    expect(refusal({ MONGODB_URI })).toContain('MONGODB_URI must be');
  });

  it.each([
    'mongodb://db/chat',
    'mongodb+srv://user:pass%40word@cluster.example.com/chat?retryWrites=true',
    'mongodb://a:1,b:2,c:3/chat?replicaSet=rs0',
  ])('accepts MONGODB_URI=%s', (MONGODB_URI) => {
    expect(loadConfiguration({ MONGODB_URI }).database.uri).toBe(MONGODB_URI);
  });

  it('reads one encryption key or several, in either case and with blanks between them', () => {
    const [key, other] = ['0123456789abcdef'.repeat(4), 'FEDCBA9876543210'.repeat(4)];
    const read = (TOTP_ENCRYPTION_KEYS: string): string[] =>
      loadConfiguration({ TOTP_ENCRYPTION_KEYS }).encryption.totpKeys;
    expect(read(key)).toEqual([key]);
    expect(read(` ${key} , ${other} `)).toEqual([key, other]);
  });

  it.each([
    ['of 63 digits', 'a'.repeat(63)],
    ['of 65 digits', 'a'.repeat(65)],
    ['with another letter', `${'a'.repeat(63)}g`],
    ['in base64', Buffer.alloc(48, 'k').toString('base64')],
    ['beside nothing', `${'a'.repeat(64)},`],
    ['twice', `${'a'.repeat(64)},${'b'.repeat(64)},${'a'.repeat(64)}`],
    ['twice, in another case', `${'a'.repeat(64)},${'A'.repeat(64)}`],
    ['without a comma', `${'a'.repeat(64)} ${'b'.repeat(64)}`],
  ])('refuses a key %s without showing any of it', (_case, TOTP_ENCRYPTION_KEYS) => {
    const message = refusal({ TOTP_ENCRYPTION_KEYS });
    expect(message).toContain('TOTP_ENCRYPTION_KEYS must be keys of exactly 64 hex digits');
    expect(message).not.toContain(TOTP_ENCRYPTION_KEYS.slice(0, 8));
  });

  it.each([
    'proxy.example.com',
    '10.0.0.0/33',
    '10.0.0.0/8 192.0.2.1',
    '10.0.0.0/8,',
    '*',
    '[::1]',
    'fe80::1%eth0',
  ])('refuses TRUSTED_PROXIES=%s', (TRUSTED_PROXIES) => {
    const message = refusal({ TRUSTED_PROXIES });
    expect(message).toContain('TRUSTED_PROXIES must be IP addresses or CIDR blocks');
    expect(message.split('\n')).toHaveLength(1);
  });

  it('trusts proxies in private networks by default, or those that are configured', () => {
    const trusts = (peer: string, env: NodeJS.ProcessEnv = {}): boolean =>
      loadConfiguration(env).proxy.trustedProxies.includes(peer);
    for (const peer of ['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '172.31.0.1']) {
      expect(trusts(peer)).toBe(true);
    }
    for (const peer of ['192.168.1.1', 'fd00::1', 'fe80::1', '169.254.1.1', '::ffff:10.0.0.1']) {
      expect(trusts(peer)).toBe(true);
    }
    for (const peer of ['192.0.2.1', '172.32.0.1', '2001:db8::1', '100.64.0.1']) {
      expect(trusts(peer)).toBe(false);
    }
    const told = { TRUSTED_PROXIES: '192.0.2.1, 2001:DB8::/32' };
    expect(trusts('192.0.2.1', told)).toBe(true);
    expect(trusts('2001:db8:1::1', told)).toBe(true);
    expect(trusts('127.0.0.1', told)).toBe(false);
  });

  it('resolves the data directory against the working directory, and has none for memory', () => {
    const directory = (text: string): string | undefined =>
      loadConfiguration({ EMBEDDED_DATA_DIR: text }).database.embeddedDirectory;
    expect(directory('')).toBe(join(process.cwd(), '.data'));
    expect(directory('/srv/data')).toBe('/srv/data');
    expect(directory('memory')).toBeUndefined();
  });

  it.each([
    'http://mail',
    'smtp://',
    'smtp:mail',
    'mail.example.com',
    'smtp:// mail',
    'smtp://mail:99999',
    // Unencoded characters of a password, which change the host.
    'smtp://user:12#34hunter2@mail.example.com',
    'smtp://user:12/34hunter2@mail.example.com:587',
    'smtp://user:12?34hunter2@mail.example.com',
    'smtp://user:#hunter2@mail.example.com',
    'smtp://user:hunter2#x@mail.example.com',
    'smtp://us/er:hunter2@mail.example.com',
    'smtps://user?hunter2@mail.example.com',
    'smtp://user:50%hunter2@mail.example.com',
    'smtp://us%er:hunter2@mail.example.com',
    'smtp://mail.example.com/inbox',
    'smtp://mail.example.com#x',
    // Options that contradict the address or SMTP_ALLOW_PLAINTEXT.
    'smtp://mail.example.com?requireTLS=false',
    'smtp://mail.example.com?ignoreTLS=true',
    'smtp://mail.example.com?name=me&opportunisticTLS=true',
    'smtps://mail.example.com?secure=false',
    'smtp://localhost?host=mail.example.com',
    'smtp://localhost?service=gmail',
  ])('refuses SMTP_URL=%s in one line and without showing a value', (SMTP_URL) => {
    const message = refusal({ SMTP_URL });
    expect(message).toContain('SMTP_URL must be');
    expect(message).toContain('percent-encoded');
    expect(message).not.toContain('\n');
    expect(message).not.toContain('hunter2');
  });

  it.each([
    'smtp://127.0.0.1:25',
    'smtps://me%40example.com:p%2Fw@mail.example.com?requireTLS=true',
    'smtp://user:p%23%2F%3F@mail.example.com:587/',
    'smtp://user:p@ss:w\\rd;x@[2001:db8::1]:587?tls.rejectUnauthorized=false',
    'smtp://m\u00fcller.example',
  ])('accepts SMTP_URL=%s', (SMTP_URL) => {
    expect(loadConfiguration({ SMTP_URL }).mail.smtpUrl).toBe(SMTP_URL);
  });

  it.each(['chat', '@example.com', 'Chat <chat>', 'a@b, c@d', 'Chat\r\nBcc: x <chat@example.com>'])(
    'refuses MAIL_FROM=%j',
    (MAIL_FROM) => {
      expect(refusal({ MAIL_FROM })).toContain('MAIL_FROM must be');
    },
  );

  it.each(['chat@example.com', '<chat@example.com>', 'Example Chat <chat@example.com>'])(
    'accepts MAIL_FROM=%s',
    (MAIL_FROM) => {
      expect(loadConfiguration({ MAIL_FROM }).mail.from).toBe(MAIL_FROM);
    },
  );

  it('refuses production when no database is configured', () => {
    expect(refusal({ NODE_ENV: 'production' })).toContain('MONGODB_URI must be set in production');
  });

  it('shows the API documentation outside production, or where API_DOCS says so', () => {
    const production = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/chat' };
    expect(loadConfiguration({}).http.apiDocs).toBe(true);
    expect(loadConfiguration(production).http.apiDocs).toBe(false);
    expect(loadConfiguration({ ...production, API_DOCS: 'true' }).http.apiDocs).toBe(true);
    expect(loadConfiguration({ API_DOCS: 'false' }).http.apiDocs).toBe(false);
    expect(refusal({ API_DOCS: 'yes' })).toContain('API_DOCS must be one of: true, false');
  });

  it.each([
    '*',
    'null',
    'https://*.example.com',
    'chat.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/path',
    'https://Chat.example.com',
    'https://chat.example.com:443',
    'https://user@chat.example.com',
    'file:///etc/passwd',
    'https://a.example.com,',
    'https://a.example.com https://b.example.com',
  ])('refuses CORS_ORIGINS=%s', (CORS_ORIGINS) => {
    expect(refusal({ CORS_ORIGINS })).toContain('CORS_ORIGINS must be origins');
  });

  it('reads several origins', () => {
    const CORS_ORIGINS = 'https://chat.example.com, http://localhost:8080,http://[::1]:3000';
    expect(loadConfiguration({ CORS_ORIGINS }).http.corsOrigins).toEqual([
      'https://chat.example.com',
      'http://localhost:8080',
      'http://[::1]:3000',
    ]);
  });

  it.each([
    'chat.example.com',
    'https://chat.example.com/',
    'https://chat.example.com/sessions/',
    'https://chat.example.com//sessions',
    'https://chat.example.com/a/../b',
    'https://chat.example.com/a%2fb',
    'https://chat.example.com/sessions?x',
    'https://chat.example.com#x',
    'https://user:hunter2@chat.example.com',
    'javascript:alert(1)',
  ])('refuses PUBLIC_URL=%s', (PUBLIC_URL) => {
    const message = refusal({ PUBLIC_URL });
    expect(message).toContain('PUBLIC_URL must be of the form https://HOST');
    expect(message).not.toContain('hunter2');
  });

  it.each(['https://chat.example.com', 'http://localhost:8080/sessions', 'https://a.example/b/c'])(
    'accepts PUBLIC_URL=%s',
    (PUBLIC_URL) => {
      expect(loadConfiguration({ PUBLIC_URL }).http.publicUrl).toBe(PUBLIC_URL);
    },
  );

  it('allows ten failed authentications for each request of the limit', () => {
    expect(loadConfiguration({}).limits.failuresPerMinute).toBe(6000);
    expect(loadConfiguration({ RATE_LIMIT_PER_MINUTE: '0' }).limits.failuresPerMinute).toBe(0);
  });

  it('names every invalid variable at once and shows no value', () => {
    const message = refusal({ PORT: 's3cret', NODE_ENV: 's3cret', MONGODB_URI: 's3cret' });
    expect(message).toMatch(/PORT .*\n.*|NODE_ENV .*\n.*|MONGODB_URI .*/);
    expect(message.split('\n')).toHaveLength(4);
    expect(message).not.toContain('s3cret');
  });

  it('names invalid variables of different features at once', () => {
    const wrong = { LOGIN_EXPIRATION_DAYS: '0', MAIL_FROM: 'x', SMTP_ALLOW_PLAINTEXT: 'yes' };
    expect(refusal(wrong)).toBe(
      'The configuration is wrong:\n' +
        '  LOGIN_EXPIRATION_DAYS must be a whole number from 1 to 3650\n' +
        '  SMTP_ALLOW_PLAINTEXT must be one of: true, false\n' +
        '  MAIL_FROM must be an address, as chat@example.com or Example Chat <chat@example.com>',
    );
  });

  it('reads a boolean', () => {
    const allows = (text: string): boolean =>
      loadConfiguration({ SMTP_ALLOW_PLAINTEXT: text }).mail.allowPlaintext;
    expect([allows('true'), allows('false'), allows('')]).toEqual([true, false, false]);
  });

  it('bounds the time of requests and of database statements separately', () => {
    const { http, database } = loadConfiguration({ REQUEST_TIMEOUT_MS: '700' });
    expect([http.requestTimeoutMs, database.timeoutMs]).toEqual([700, 5000]);
    expect(loadConfiguration({ DATABASE_TIMEOUT_MS: '700' })).toMatchObject({
      http: { requestTimeoutMs: 5000 },
      database: { timeoutMs: 700 },
    });
  });
});
