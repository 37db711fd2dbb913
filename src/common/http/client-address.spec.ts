import { Logger } from '@nestjs/common';
import { clientAddress } from './client-address';
import { TrustedProxies } from './trusted-proxies';

const SOCKET = '203.0.113.1';

describe('clientAddress', () => {
  let warnings: string[];

  const proxies = (count: number, blocks = [SOCKET]): TrustedProxies =>
    new TrustedProxies(count, blocks);

  beforeEach(() => {
    warnings = [];
    jest
      .spyOn(Logger.prototype, 'warn')
      .mockImplementation((text: unknown) => void warnings.push(String(text)));
  });
  afterEach(() => jest.restoreAllMocks());

  it.each<[string, string | undefined, number, string]>([
    ['no trusted proxy', '192.0.2.1', 0, SOCKET],
    ['one proxy', '192.0.2.1', 1, '192.0.2.1'],
    ['one proxy and a spoofed entry', '198.51.100.9, 192.0.2.1', 1, '192.0.2.1'],
    ['two proxies', '198.51.100.9, 192.0.2.1, 192.0.2.2', 2, '192.0.2.1'],
    [
      'two proxies and a spoofed entry that cannot be read',
      'x,192.0.2.1,192.0.2.2',
      2,
      '192.0.2.1',
    ],
    ['two proxies and no entry of a client', '192.0.2.1,192.0.2.2', 2, '192.0.2.1'],
    ['fewer entries than proxies', '192.0.2.1', 2, SOCKET],
    ['far fewer entries than proxies', '192.0.2.1, 192.0.2.2', 10, SOCKET],
    ['no header', undefined, 1, SOCKET],
    ['an empty header', '', 1, SOCKET],
    ['an empty entry', '192.0.2.1,', 1, SOCKET],
    ['nothing but commas', ',,,,', 3, SOCKET],
    ['an entry that is not an address', '192.0.2.1, unknown', 1, SOCKET],
    ['an entry with a port', '192.0.2.1:5678', 1, '192.0.2.1'],
    ['IPv4 mapped into IPv6, with a port', '::ffff:192.0.2.1:12345', 1, '192.0.2.1'],
    ['IPv6 with a port, in quotes', '"[2001:DB8::1]:443"', 1, '2001:db8::1'],
  ])("finds the client's address with %s", (_case, forwardedFor, count, expected) => {
    expect(clientAddress(SOCKET, forwardedFor, proxies(count))).toBe(expected);
  });

  it('believes the header of trusted proxies only', () => {
    const trusted = proxies(1, ['198.51.100.0/24', '2001:db8::/32']);
    const ask = (peer: string | undefined): string => clientAddress(peer, '192.0.2.1', trusted);
    expect(ask('198.51.100.7')).toBe('192.0.2.1');
    expect(ask('::ffff:198.51.100.7')).toBe('192.0.2.1');
    expect(ask('2001:db8::7')).toBe('192.0.2.1');
    expect(ask('198.51.101.7')).toBe('198.51.101.7');
    expect(ask('2001:db9::7')).toBe('2001:db9::7');
    expect(ask(undefined)).toBe('');
  });

  it("writes the socket's own address in the same form", () => {
    expect(clientAddress('::ffff:127.0.0.1', undefined, proxies(0))).toBe('127.0.0.1');
    expect(clientAddress(undefined, undefined, proxies(0))).toBe('');
  });

  it('logs an unreadable header once, truncated and escaped', () => {
    const trusted = proxies(1);
    const nasty = `\u009b31m\u202e"${'x'.repeat(10_000)}`;
    for (let i = 0; i < 1000; i++) clientAddress(SOCKET, `192.0.2.1, ${nasty}${i}`, trusted);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('holds no address in: "\\u009b31m\\u202e\\"xxx');
    expect(warnings[0]?.length).toBeLessThan(400);
  });

  it('warns once about an untrusted peer', () => {
    const trusted = proxies(1, ['10.0.0.0/8']);
    for (let i = 0; i < 9; i++) clientAddress(`203.0.113.${i}`, '192.0.2.1', trusted);
    expect(warnings).toEqual([expect.stringContaining('not in TRUSTED_PROXIES: "203.0.113.0"')]);
  });

  it('logs nothing when the header is in order', () => {
    clientAddress(SOCKET, '192.0.2.1', proxies(0));
    clientAddress(SOCKET, undefined, proxies(1));
    clientAddress(SOCKET, '192.0.2.1', proxies(2));
    clientAddress(SOCKET, '192.0.2.1', proxies(1));
    expect(warnings).toEqual([]);
  });
});
