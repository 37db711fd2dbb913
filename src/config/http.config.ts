import { YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { TextLike, WholeNumber } from './environment.rules';

/** Where the web server listens, and how long and how much it serves. */
export class HttpConfig {
  /** The address to listen on. */
  @Variable('HOST')
  @TextLike(/^[A-Za-z0-9.:_-]+$/, 'an IP address or a host name')
  host: string;

  /** 0 takes any free port. */
  @Variable('PORT')
  @WholeNumber(0, 65_535)
  port = 3000;

  /** After how many milliseconds any request is answered, with 503 if need be. The mail server gets half of it. */
  @Variable('REQUEST_TIMEOUT_MS')
  @WholeNumber(100, 60_000)
  requestTimeoutMs = 5000;

  /** How many connections there may be at once; those beyond are closed unanswered. */
  @Variable('MAX_CONNECTIONS')
  @WholeNumber(1, 1_000_000)
  maxConnections = 1024;

  /** For how many seconds browsers shall use TLS only for this host. 0: that is left to the proxy. */
  @Variable('HSTS_MAX_AGE_SECONDS')
  @WholeNumber(0, 2 * YEAR_SECONDS)
  hstsMaxAgeSeconds = 0;

  /** Reaching out of this machine is a decision, so only production does it unasked. */
  constructor(isProduction = false) {
    this.host = isProduction ? '0.0.0.0' : '127.0.0.1';
  }
}
