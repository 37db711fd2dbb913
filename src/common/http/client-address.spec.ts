import { clientAddress } from './client-address';

describe('clientAddress', () => {
  const SOCKET = '203.0.113.1';

  it.each<[string, string | undefined, number, string]>([
    ['no proxy is trusted', '192.0.2.1', 0, SOCKET],
    ['one proxy', '192.0.2.1', 1, '192.0.2.1'],
    ['one proxy and a spoofed entry', '198.51.100.9, 192.0.2.1', 1, '192.0.2.1'],
    ['two proxies', '198.51.100.9, 192.0.2.1, 192.0.2.2', 2, '192.0.2.1'],
    ['fewer entries than proxies', '192.0.2.1', 2, SOCKET],
    ['no header', undefined, 1, SOCKET],
    ['an empty header', '', 1, SOCKET],
    ['an entry that is no address', '192.0.2.1, unknown', 1, SOCKET],
    ['an entry with a port', '192.0.2.1:5678', 1, '192.0.2.1'],
    ['IPv6 with a port', '[2001:DB8::1]:443', 1, '2001:db8::1'],
    ['IPv6 written out', '2001:0db8:0000:0000:0000:0000:0000:0001', 1, '2001:db8::1'],
    ['IPv4 mapped into IPv6', '::ffff:192.0.2.1', 1, '192.0.2.1'],
    ['IPv4 mapped in hexadecimal', '::FFFF:C000:0201', 1, '192.0.2.1'],
  ])('with %s', (_case, forwardedFor, proxies, expected) => {
    expect(clientAddress(SOCKET, forwardedFor, proxies)).toBe(expected);
  });

  it("writes the socket's own address in the same way", () => {
    expect(clientAddress('::ffff:127.0.0.1', undefined, 0)).toBe('127.0.0.1');
    expect(clientAddress(undefined, undefined, 0)).toBe('');
  });
});
