import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/** The longest address (IPv6 that ends in IPv4) with a zone, brackets, quotes and a port, and room to spare. */
const MAX_LENGTH = 128;
/** A port, or what RFC 7239 §6.3 lets a proxy put in its place. */
const PORT = /:(?:\d{1,5}|_[\w.-]+)$/;

/**
 * The address in one entry of `x-forwarded-for`, in every form of RFC 7239 §6 and of the proxies there are:
 * `192.0.2.1:5678`, `"[2001:db8::1]:443"`, `::ffff:192.0.2.1:12345`, `fe80::1%eth0`.
 * @returns the one spelling of the address, or undefined for what is none: `unknown`, `_hidden`, nonsense
 */
export function readNodeName(entry: string): string | undefined {
  if (entry.length > MAX_LENGTH) return undefined;
  const text = unquote(entry.trim());
  return normaliseAddress(bare(text)) ?? normaliseAddress(bare(text.replace(PORT, '')));
}

/** One spelling for each address: IPv6 compressed, in lower case and without a zone, IPv4 never mapped into IPv6. */
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
