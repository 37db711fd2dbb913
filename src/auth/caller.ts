import { FastifyRequest } from 'fastify';
import { TokenOwner } from '../workspace-data/users/users.repository';

/** Who is asking: the user document that matched the token, never what a header says (contract §1). */
export interface Caller extends TokenOwner {
  /** Made of the token itself, which is stored nowhere: a key that whoever reads the database does not have. */
  clientSecret: string;
  /** When the request came in. */
  askedAt: Date;
}

const callers = new WeakMap<FastifyRequest, Caller>();

/** Only AuthGuard says who is asking. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  callers.set(request, caller);
}

/** Who is asking, or undefined where AuthGuard has let nobody in. Only for telling of it: `callerOf` lets in. */
export function knownCaller(request: FastifyRequest): Caller | undefined {
  return callers.get(request);
}

/** @throws Error when AuthGuard has not run: no guard and no handler takes "nobody" for somebody. */
export function callerOf(request: FastifyRequest): Caller {
  const caller = callers.get(request);
  if (!caller) throw new Error('The caller is not known: AuthGuard must run first.');
  return caller;
}
