import { Counter, Registry } from 'prom-client';
import { ApiError } from '../common/errors/api-error';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { Problem } from '../common/errors/problem';
import { failureOf } from '../common/errors/request-failure';
import { AnsweredListener, routeOf } from './request.metrics';
import { SecondFactorResults } from './second-factor.metrics';

const TOO_MANY = 429;
/** Limits that do not answer 429: a login is refused like any other, and a full queue is 503. */
const LIMITS: readonly string[] = ['login-blocked', 'overloaded'];
/** Shown from the start, so that the first one is an increase. */
const ALARMING = ['unforeseen', 'database-unreachable', 'out-of-time'];

/**
 * Refusals by the kind of their problem, which the filter has noted: no guard and no feature knows of it, and one that is
 * added tomorrow is counted too. Kinds are words of the source, so there are few.
 */
export function countRefusals(
  registry: Registry,
  secondFactors: SecondFactorResults,
): AnsweredListener {
  const refusals = new Counter({
    name: 'ws_refusals_total',
    help: 'Refused and failed requests by the kind of refusal, as in the audit records.',
    labelNames: ['reason'],
    registers: [registry],
  });
  for (const reason of ALARMING) refusals.inc({ reason }, 0);
  const limits = new Counter({
    name: 'ws_limiter_refusals_total',
    help: 'Requests that a rate limit, a lockout or a full queue refused.',
    labelNames: ['reason', 'route'],
    registers: [registry],
  });
  return (request, { statusCode }) => {
    // Most requests; the failure of a handler that was given up in time is none of an answer.
    if (statusCode < 400) return;
    const thrown = failureOf(request);
    const problem = thrown instanceof ApiError ? thrown.problem : undefined;
    const reason = problem?.kind ?? reasonOf(thrown, statusCode);
    if (reason !== undefined) refusals.inc({ reason });
    if (isLimit(problem, statusCode)) {
      limits.inc({ reason: problem?.kind ?? 'too-many-requests', route: routeOf(request) });
    }
    if (problem) secondFactors.refused(problem);
  };
}

/** What no guard and no feature has refused. */
function reasonOf(thrown: unknown, status: number): string | undefined {
  if (thrown !== undefined && isDatabaseUnreachable(thrown)) return 'database-unreachable';
  switch (status) {
    case 404:
      return 'unknown-route';
    case 408:
      return 'request-timeout';
    case TOO_MANY:
      return 'too-many-requests';
    case 503:
      return 'out-of-time';
    default:
      return status < 500 ? 'bad-request' : 'unforeseen';
  }
}

function isLimit(problem: Problem | undefined, status: number): boolean {
  return status === TOO_MANY || (problem !== undefined && LIMITS.includes(problem.kind));
}
