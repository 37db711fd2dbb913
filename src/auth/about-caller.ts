import { FastifyRequest } from 'fastify';
import { sentParameters } from '../common/validation/parameters.guard';
import { callerOf } from './caller';

/**
 * Whether the request is plainly about its own caller: its `userId` is absent, or is exactly the caller's id. Reads what
 * was sent, because it is asked before the parameters are validated; whatever is unclear is about somebody else
 * (docs/adr/0032).
 */
export function isAboutCaller(request: FastifyRequest): boolean {
  const { id } = callerOf(request);
  try {
    return namesNobodyBut(id, sentParameters(request) ?? {});
  } catch {
    // Whom an unreadable body is about, nobody knows.
    return false;
  }
}

function namesNobodyBut(id: string, sent: unknown): boolean {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return false;
  return !('userId' in sent) || sent.userId === id;
}
