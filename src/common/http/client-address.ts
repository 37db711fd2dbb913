import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/**
 * The address of the client (contract §5).
 *
 * With `trustedProxies` = n > 0 it is the n-th entry from the right of `x-forwarded-for`: the one that our outermost
 * proxy saw. Whatever stands left of it was written by the client and counts for nothing. Where there is no such entry
 * the request did not come through the proxies, and the socket's own address is the honest answer.
 */
export function clientAddress(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const forwarded =
    trustedProxies > 0 ? forwardedFor?.split(',').at(-trustedProxies)?.trim() : undefined;
  return normalise(forwarded) ?? normalise(socketAddress) ?? '';
}

/** One spelling for each address: IPv6 compressed and in lower case, IPv4 never mapped into IPv6. */
function normalise(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const address = withoutPort(text);
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return undefined;
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical);
  return mapped?.[1] ?? canonical;
}

/** Some proxies append the port: `192.0.2.1:443`, `[2001:db8::1]:443`. */
function withoutPort(text: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? [];
  const [, v4] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  return bracketed ?? v4 ?? text;
}
