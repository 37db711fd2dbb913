import { Counter, Registry } from 'prom-client';
import { Problem } from '../common/errors/problem';
import { SecondFactorName } from '../two-factor/challenge';
import { SECOND_FACTORS_ACCEPTED } from '../two-factor/second-factors-accepted';

const METHODS = Object.keys({ totp: 0, email: 0, password: 0 } satisfies Record<
  SecondFactorName,
  0
>);

/** The kinds of problems that say what became of a second factor. */
const RESULTS: Record<string, string> = {
  'second-factor-required': 'required',
  'login-second-factor-required': 'required',
  'second-factor-invalid': 'invalid',
  'login-second-factor-invalid': 'invalid',
  'second-factor-locked': 'locked',
};

/** Second factors by method and result: accepted, required, invalid or locked. */
export class SecondFactorResults {
  private readonly results: Counter<'method' | 'result'>;

  constructor(registry: Registry) {
    this.results = new Counter({
      name: 'ws_second_factor_results_total',
      help: 'Second factors by method and what became of them.',
      labelNames: ['method', 'result'],
      registers: [registry],
    });
    // From the start, so that the first wrong code is an increase.
    for (const method of METHODS) {
      for (const result of ['accepted', ...new Set(Object.values(RESULTS))]) {
        this.results.inc({ method, result }, 0);
      }
    }
  }

  /** @returns how to stop */
  listen(): () => void {
    return SECOND_FACTORS_ACCEPTED.listen(({ method }) => {
      this.results.inc({ method, result: 'accepted' });
    });
  }

  refused({ kind, reason: method = '' }: Problem): void {
    const result = RESULTS[kind];
    if (result !== undefined && METHODS.includes(method)) this.results.inc({ method, result });
  }
}
