import { FastifyRequest } from 'fastify';

const failures = new WeakMap<FastifyRequest, unknown>();

/** Remembers what made a request fail, for whoever tells how it ended. Only the exception filter says so. */
export function setFailure(request: FastifyRequest, thrown: unknown): void {
  failures.set(request, thrown);
}

/** What was thrown; undefined while nothing was. */
export function failureOf(request: FastifyRequest): unknown {
  return failures.get(request);
}
