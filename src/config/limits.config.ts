import { Variable } from './environment-variable';
import { WholeNumber } from './environment.rules';

const MOST_PER_MINUTE = 1_000_000;
/** An address may fail to authenticate ten times as often as a user may call a route (contract §7). */
const FAILURES_PER_REQUEST = 10;

/** Requests per minute (contract §7). 0: no limit. */
export class LimitsConfig {
  /** Per user and route, in each process. */
  @Variable('RATE_LIMIT_PER_MINUTE')
  @WholeNumber(0, MOST_PER_MINUTE)
  perMinute = 600;

  /** Per address and public route, over all processes. 0: public routes have the limit above. */
  @Variable('RATE_LIMIT_PUBLIC_PER_MINUTE')
  @WholeNumber(0, MOST_PER_MINUTE)
  publicPerMinute = 60;

  /** Failed authentications per address, in each process. 0: no limit. */
  get failuresPerMinute(): number {
    return FAILURES_PER_REQUEST * this.perMinute;
  }
}
