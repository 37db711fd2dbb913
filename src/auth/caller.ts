import { FastifyRequest } from 'fastify';
import { Attached } from '../common/attached/attached';
import { TokenOwner } from '../workspace-data/users/users.repository';

/** The user whose stored token matched; headers alone never make a caller (contract §1). */
export interface Caller extends TokenOwner {
  /** Derived from the token, which the database does not hold. */
  clientSecret: string;
  askedAt: Date;
}

const callers = new Attached<FastifyRequest, Caller>();

export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** For logging, never for authorisation. */
export function knownCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** @throws Error when AuthGuard has not run, so a missing caller never passes for a user */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('The caller is not known: AuthGuard must run first.');
  return caller;
}
