import { TrustedProxies } from '../common/http/trusted-proxies';
import { Variable } from './environment-variable';
import { AddressBlocks, WholeNumber } from './environment.rules';

/** Loopback, private and link-local ranges (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6). */
const OWN_NETWORKS = [
  '127.0.0.0/8',
  '::1',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  '169.254.0.0/16',
  'fe80::/10',
];

export class ProxyConfig {
  #trustedProxies: TrustedProxies | undefined;

  /** Proxies that append to `x-forwarded-for`. 0: the header is ignored. */
  @Variable('TRUSTED_PROXY_COUNT')
  @WholeNumber(0, 10)
  count = 0;

  @Variable('TRUSTED_PROXIES')
  @AddressBlocks()
  addresses: string[] = OWN_NETWORKS;

  get trustedProxies(): TrustedProxies {
    this.#trustedProxies ??= new TrustedProxies(this.count, this.addresses);
    return this.#trustedProxies;
  }
}
