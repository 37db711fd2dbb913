import { readHost } from './host-name';

describe('readHost', () => {
  it.each([
    'localhost',
    'localhost:3000',
    'Chat.Example.COM',
    'example.com.:443',
    'my_service:8080',
    'xn--mnchen-3ya.example',
    '192.0.2.1',
    '192.0.2.1:65535',
    '[::1]',
    '[2001:db8::1]:3000',
    '[::ffff:192.0.2.1]',
    `${'a'.repeat(63)}.${'b'.repeat(63)}.example:1`,
  ])('keeps the host %s', (host) => {
    expect(readHost(host)).toBe(host);
  });

  it.each([
    '<img src=x onerror=alert(1)>',
    '"><script>',
    'example.com/path',
    'user@example.com',
    'a b',
    'a\tb',
    'example.com:',
    'example.com:99999',
    'example.com:80:80',
    'example.com:8x',
    ':80',
    '.',
    '..',
    'a..b',
    '-a.example',
    'a-.example',
    '999.1.1.1',
    '1.2.3',
    '0x7f.1',
    '::1',
    '[::1',
    '[]',
    '[::1]x',
    '[fe80::1%eth0]',
    '[localhost]',
    'm\u00fcnchen.example',
    'a\u0085b',
    '\u202eexample.com',
    'javascript:alert(1)',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(8000)}example`,
    ':'.repeat(16_000),
    '',
  ])('drops the host %j', (host) => {
    expect(readHost(host)).toBe('');
  });

  it('returns nothing when the header is missing', () => {
    expect(readHost(undefined)).toBe('');
  });
});
