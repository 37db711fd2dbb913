import { Problem } from '../common/errors/problem';
import { Readiness } from './readiness';

/** Its body is that of the same route when all is well (contract §7). */
export function notReady(readiness: Readiness): Problem {
  return {
    kind: 'not-ready',
    name: 'notReady',
    when: 'The database does not answer as a primary, or the service was told to stop',
    status: 503,
    body: readiness,
  };
}
