import { Variable } from './environment-variable';
import { PortOrNone, TextLike, WholeNumber } from './environment.rules';

/** What those see who run the service: health, metrics, and how it stops. */
export class ManagementConfig {
  /** As text, since there is no default. Absent: no metrics. */
  @Variable('MANAGEMENT_PORT')
  @PortOrNone()
  portText: string | undefined = undefined;

  @Variable('MANAGEMENT_HOST')
  @TextLike(/^[A-Za-z0-9.:_-]+$/, 'an IP address or a host name')
  host: string;

  /** How long a service that was told to stop still serves, while /health/ready says that it will stop. */
  @Variable('SHUTDOWN_DRAIN_SECONDS')
  @WholeNumber(0, 300)
  drainSeconds: number;

  /** Only production has probes and listens beyond this machine by default. */
  constructor(isProduction = false) {
    this.host = isProduction ? '0.0.0.0' : '127.0.0.1';
    this.drainSeconds = isProduction ? 5 : 0;
  }

  /** 0: any free port. Undefined: none. */
  get port(): number | undefined {
    return this.portText === undefined ? undefined : Number(this.portText);
  }
}
