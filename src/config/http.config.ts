import { YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { TextLike, WholeNumber } from './environment.rules';

export class HttpConfig {
  @Variable('HOST')
  @TextLike(/^[A-Za-z0-9.:_-]+$/, 'an IP address or a host name')
  host: string;

  @Variable('PORT')
  @WholeNumber(0, 65_535)
  port = 3000;

  /** Every request is answered within this time, with 503 if need be. The mail server gets half of it. */
  @Variable('REQUEST_TIMEOUT_MS')
  @WholeNumber(100, 60_000)
  requestTimeoutMs = 5000;

  /** Further connections are closed unanswered. */
  @Variable('MAX_CONNECTIONS')
  @WholeNumber(1, 1_000_000)
  maxConnections = 1024;

  /** How long browsers must use TLS for this host. 0: left to the proxy. */
  @Variable('HSTS_MAX_AGE_SECONDS')
  @WholeNumber(0, 2 * YEAR_SECONDS)
  hstsMaxAgeSeconds = 0;

  /** Only production listens beyond this machine by default. */
  constructor(isProduction = false) {
    this.host = isProduction ? '0.0.0.0' : '127.0.0.1';
  }
}
