import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../config/configuration';
import { checkAddress } from './address-check';

const refusal = (uri: string): string => {
  try {
    checkAddress(uri);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('It was taken.');
};

/** One line that names the variable and shows nothing of it. */
const expectOneLine = (message: string): void => {
  expect(message).toMatch(/^MONGODB_URI is wrong: .+\.$/);
  expect(message).not.toMatch(/\n|hunter2|db\.example/);
};

describe('checkAddress', () => {
  it.each([
    'mongodb://db.example.com/chat',
    'mongodb://u:hunter2%40%2F@a.example.com:27017,b.example.com/chat?replicaSet=rs0&w=0&readPreference=nearest',
    'mongodb+srv://u:hunter2@db.example.com/chat?retryWrites=true&w=majority&appName=Cluster0',
    'mongodb://%2Ftmp%2Fmongodb.sock/chat?directConnection=true',
    'mongodb://[::1]:27017/chat?maxPoolSize=10&readPreferenceTags=dc:a&readPreferenceTags=',
  ])('accepts %s', (uri) => {
    expect(() => {
      checkAddress(uri);
    }).not.toThrow();
  });

  it.each([
    'mongodb://u:hun@ter2hunter2@db.example.com/chat',
    'mongodb://u:hunter2:hunter2@db.example.com/chat',
    'mongodb://u:hunter2#@db.example.com/chat',
    'mongodb://u:hunter2?@db.example.com/chat',
    'mongodb://u:hunter2/@db.example.com/chat',
    'mongodb://u:50%hunter2@db.example.com/chat',
    'mongodb://:hunter2@db.example.com/chat',
  ])('explains how to encode a password that is not encoded: %s', (uri) => {
    const message = refusal(uri);
    expectOneLine(message);
    expect(message).toContain('@ is %40');
  });

  it.each(['mongodb://db.example.com:99999/chat', 'mongodb://db.example.com:abc/chat'])(
    'refuses %s',
    (uri) => {
      expectOneLine(refusal(uri));
    },
  );

  it.each([
    ['poolSize=10', ['poolSize']],
    ['w=1&poolSize=10&tls=maybe', ['poolSize', 'tls']],
    ['maxStalenessSeconds=100', ['maxStalenessSeconds (reads always go to the primary']],
    ['readPreference=secondary&maxStalenessSeconds=100', ['maxStalenessSeconds']],
    ['authMechanism=hunter2', ['authMechanism']],
    ['authMechanism=SCRAM-SHA-1', ['authMechanism']],
    ['retryWrites=hunter2', ['retryWrites']],
    ['tls=true&ssl=false', ['tls', 'ssl']],
    [
      'tlsInsecure=true&tlsAllowInvalidCertificates=true',
      ['tlsInsecure', 'tlsAllowInvalidCertificates'],
    ],
    ['maxPoolSize=1&maxPoolSize=2', ['maxPoolSize']],
    ['maxPoolSize=hunter2', ['maxPoolSize']],
    ['replicaSet=', ['replicaSet']],
    ['compressors=hunter2', ['compressors']],
    ['loadBalanced=true&replicaSet=hunter2', ['loadBalanced', 'replicaSet']],
    ['serverApi=1', ['serverApi']],
  ])('names the invalid options of ?%s and no value', (options, names) => {
    const message = refusal(`mongodb://db.example.com/chat?${options}`);
    expectOneLine(message);
    for (const name of names) expect(message).toContain(`its option ${name}`);
    expect(message.match(/its option/g)).toHaveLength(names.length);
  });

  it('names nothing after a secret: an & in it would make options of its parts', () => {
    const message = refusal(
      'mongodb://db.example.com/chat?poolSize=1&tlsCertificateKeyFilePassword=a&hunter2=b&hunterTwo',
    );
    expectOneLine(message);
    expect(message).toContain('poolSize');
    expect(message).not.toMatch(/hunter/i);
    expect(refusal('mongodb://db.example.com/chat?proxyPassword=a&hunterTwo=b')).not.toMatch(
      /hunter/i,
    );
  });

  it('names no option that is not a word', () => {
    const message = refusal('mongodb://db.example.com/chat?a.b%0Ac=1');
    expectOneLine(message);
  });

  describe('with files', () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'hunter2-'));
      writeFileSync(join(folder, 'text.pem'), 'no certificate');
    });
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it.each([
      ['tlsCAFile', 'missing.pem', 'ENOENT'],
      ['tlsCertificateKeyFile', 'missing.pem', 'ENOENT'],
      ['tlsCRLFile', '', 'EISDIR'],
      ['tlsCertificateKeyFile', 'text.pem', 'ERR_OSSL'],
      ['TLSCRLFILE', 'text.pem', 'ERR_CRYPTO'],
    ])('refuses a file named by %s: %s', (option, name, code) => {
      const path = encodeURIComponent(join(folder, name));
      const message = refusal(`mongodb://db.example.com/chat?tls=true&${option}=${path}`);
      expectOneLine(message);
      expect(message).toContain(`its option ${option}`);
      expect(message).toContain(code);
    });
  });
});
