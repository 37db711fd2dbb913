import { isAddressBlock } from './address-block';
import { TrustedProxies } from './trusted-proxies';

describe('TrustedProxies', () => {
  const proxies = new TrustedProxies(1, [
    '127.0.0.0/8',
    '192.0.2.7',
    '10.1.2.3/8',
    '::1',
    'fc00::/7',
    '2001:DB8::/32',
    '::ffff:198.51.100.0/120',
  ]);

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '::ffff:127.0.0.1',
    '192.0.2.7',
    '::ffff:192.0.2.7',
    '10.255.0.1',
    '::1',
    'fd12::1',
    'fd12::1%eth0',
    '2001:db8:ffff::1',
    '198.51.100.9',
    '::ffff:198.51.100.9',
  ])('trusts %s', (peer) => {
    expect(proxies.includes(peer)).toBe(true);
  });

  it.each([
    '128.0.0.1',
    '192.0.2.8',
    '::ffff:192.0.2.8',
    '11.0.0.1',
    '::2',
    '::',
    'fe00::1',
    '2001:db9::1',
    '198.51.101.1',
    'localhost',
    '',
    undefined,
  ])('does not trust %s', (peer) => {
    expect(proxies.includes(peer)).toBe(false);
  });

  it('trust no address when none are given', () => {
    expect(new TrustedProxies(1, []).includes('127.0.0.1')).toBe(false);
  });
});

describe('isAddressBlock', () => {
  it.each([
    '192.0.2.1',
    '0.0.0.0/0',
    '10.0.0.0/8',
    '::/0',
    '::1/128',
    'FE80::/10',
    '::ffff:1.2.3.4',
  ])('accepts %s', (text) => {
    expect(isAddressBlock(text)).toBe(true);
  });

  it.each([
    '',
    '/8',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/255.0.0.0',
    '::/129',
    'fe80::1%eth0',
    '[::1]',
    'proxy.example.com',
    'loopback',
    '*',
  ])('refuses %j', (text) => {
    expect(isAddressBlock(text)).toBe(false);
  });
});
