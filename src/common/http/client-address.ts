import { normaliseAddress, readNodeName } from './node-name';
import { TrustedProxies } from './trusted-proxies';

/**
 * The client's address (contract §5): with `TRUSTED_PROXY_COUNT` = n > 0, the n-th `x-forwarded-for` entry from the
 * right, which our outermost proxy wrote; a client can forge the entries left of it. Else the socket's address.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string {
  return forwardedAddress(peer, forwardedFor, proxies) ?? normaliseAddress(peer ?? '') ?? '';
}

function forwardedAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  proxies: TrustedProxies,
): string | undefined {
  if (proxies.count === 0 || forwardedFor === undefined) return undefined;
  if (!proxies.includes(peer)) {
    proxies.warnOnce('comes from an address that is not in TRUSTED_PROXIES', peer ?? '');
    return undefined;
  }
  const entry = fromTheRight(forwardedFor, proxies.count)?.trim() ?? '';
  const address = readNodeName(entry);
  if (address === undefined && entry !== '') proxies.warnOnce('holds no address in', entry);
  return address;
}

/** Scans from the right, so the work does not depend on what a client put in front. */
function fromTheRight(list: string, n: number): string | undefined {
  let end = list.length;
  for (let entry = 1; entry < n; entry++) {
    end = list.lastIndexOf(',', end - 1);
    if (end <= 0) return undefined;
  }
  return list.slice(list.lastIndexOf(',', end - 1) + 1, end);
}
