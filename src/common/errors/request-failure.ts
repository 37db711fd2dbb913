import { FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';

const failures = new Attached<FastifyRequest, unknown>();

/** Records why a request failed, for the audit log. Called by the exception filter only. */
export function setFailure(request: FastifyRequest, thrown: unknown): void {
  failures.set(request, thrown);
}

export function failureOf(request: FastifyRequest): unknown {
  return failures.get(request);
}
