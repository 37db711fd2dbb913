import { normaliseAddress, readNodeName } from './node-name';
import { TrustedProxies } from './trusted-proxies';

/**
 * The address of the client (contract §5).
 *
 * With `TRUSTED_PROXY_COUNT` = n > 0 it is the n-th entry from the right of `x-forwarded-for`: the one that our outermost
 * proxy saw. Whatever stands left of it was written by the client and counts for nothing; so does the whole header when it
 * comes from somebody who is none of `TRUSTED_PROXIES`. Where there is no such entry, or none that can be read, the
 * socket's own address is the honest answer.
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
    proxies.warnOnce('comes from an address that is none of TRUSTED_PROXIES', peer ?? '');
    return undefined;
  }
  const entry = fromTheRight(forwardedFor, proxies.count)?.trim() ?? '';
  const address = readNodeName(entry);
  if (address === undefined && entry !== '') proxies.warnOnce('holds no address in', entry);
  return address;
}

/** The n-th entry from the right, of which only what stands behind it is looked at. */
function fromTheRight(list: string, n: number): string | undefined {
  let end = list.length;
  for (let entry = 1; entry < n; entry++) {
    end = list.lastIndexOf(',', end - 1);
    if (end <= 0) return undefined;
  }
  return list.slice(list.lastIndexOf(',', end - 1) + 1, end);
}
