import { TrustedProxies } from '../common/http/trusted-proxies';
import { Variable } from './environment-variable';
import { AddressBlocks, WholeNumber } from './environment.rules';

/** Loopback, and the ranges that no stranger connects from (RFC 1918, RFC 4193, RFC 3927, RFC 4291 §2.5.6). */
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

/** Which proxies stand in front of the service, so that it knows the addresses of its clients. */
export class ProxyConfig {
  #trustedProxies: TrustedProxies | undefined;

  /** How many proxies in front of the service append to `x-forwarded-for`. 0: the header counts for nothing. */
  @Variable('TRUSTED_PROXY_COUNT')
  @WholeNumber(0, 10)
  count = 0;

  /** The addresses of the proxies that connect to the service; `x-forwarded-for` of other peers is ignored. */
  @Variable('TRUSTED_PROXIES')
  @AddressBlocks()
  addresses: string[] = OWN_NETWORKS;

  /** Whose `x-forwarded-for` is believed, ready to be asked. */
  get trustedProxies(): TrustedProxies {
    this.#trustedProxies ??= new TrustedProxies(this.count, this.addresses);
    return this.#trustedProxies;
  }
}
