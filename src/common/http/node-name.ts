import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** The longest form: IPv6 that ends in IPv4, with zone, brackets, quotes and port, and some room. */
const MAX_LENGTH = 128;
/** A port, or its replacement by RFC 7239 §6.3. */
const PORT = /:(?:\d{1,5}|_[\w.-]+)$/;

/**
 * Reads the address of one `x-forwarded-for` entry: every form of RFC 7239 §6, also `192.0.2.1:5678` and
 * `fe80::1%eth0`.
 */
export function readNodeName(entry: string): string | undefined {
  if (entry.length > MAX_LENGTH) return undefined;
  const text = unquote(entry.trim());
  return normaliseAddress(bare(text)) ?? normaliseAddress(bare(text.replace(PORT, '')));
}

/** One spelling per address: IPv6 compressed, lower case, without zone; IPv4-mapped addresses as IPv4. */
export function normaliseAddress(text: string): string | undefined {
  if (isIPv4(text)) return text;
  const [address = ''] = text.split('%', 1);
  if (!isIPv6(text) || !isIPv6(address)) return undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical);
  return mapped?.[1] ?? canonical;
}

function unquote(text: string): string {
  return text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

function bare(text: string): string {
  return text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text;
}
