import { CanActivate, ExecutionContext, Injectable, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { Caller, callerOf } from '../auth/caller';
import { policyOf } from '../common/http/route-policy';

/**
 * Something that must hold of the caller before a second factor is looked at: who asks for what cannot be done spends no
 * code, and is sent no mail. A provider of the feature; what a change relies on stands in its statement all the same.
 */
export interface Precondition {
  /** @throws ApiError where it does not hold */
  check(caller: Caller): void | Promise<void>;
}

/** The part of a route's policy that this guard enforces. */
export interface PreconditionPolicy {
  /** In the order in which they are checked; the first that does not hold answers. */
  preconditions?: readonly Type<Precondition>[];
}

/** Can it be done for you: the preconditions that the route names; or their refusals. */
@Injectable()
export class PreconditionGuard implements CanActivate {
  constructor(private readonly modules: ModuleRef) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { preconditions = [] }: PreconditionPolicy = policyOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    for (const precondition of preconditions) {
      await this.modules.get(precondition, { strict: false }).check(callerOf(request));
    }
    return true;
  }
}
