import { ValidateIf } from 'class-validator';
import { YEAR_SECONDS } from './durations';
import { Variable } from './environment-variable';
import { Origins, PublicUrl, TextLike, WholeNumber, YesOrNo } from './environment.rules';

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

  /** Whether Swagger UI and the OpenAPI document are served. */
  @Variable('API_DOCS')
  @YesOrNo()
  apiDocs: boolean;

  /** Where clients reach the service, with the path prefix that a proxy strips. Absent: where it listens. */
  @Variable('PUBLIC_URL')
  @ValidateIf((config: HttpConfig) => config.publicUrl !== undefined)
  @PublicUrl()
  publicUrl: string | undefined = undefined;

  /** The sites whose pages may call the API from a browser. Empty: none. */
  @Variable('CORS_ORIGINS')
  @Origins()
  corsOrigins: string[] = [];

  /** Only production listens beyond this machine by default, and shows no documentation. */
  constructor(isProduction = false) {
    this.host = isProduction ? '0.0.0.0' : '127.0.0.1';
    this.apiDocs = !isProduction;
  }
}
