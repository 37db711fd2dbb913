import { CanActivate, ExecutionContext, Injectable, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { Caller, callerOf } from '../auth/caller';
import { policyOf } from '../common/http/route-policy';
import { validParametersOf } from '../common/validation/parameters.guard';

/**
 * Checked before the second factor, so that an impossible request consumes no code and sends no mail. The change's own
 * statement checks again what it relies on.
 */
export interface Precondition {
  /** @param parameters of the route, validated; undefined if it declares none */
  check(caller: Caller, parameters?: object): void | Promise<void>;
}

export interface PreconditionPolicy {
  /** The first that fails answers. */
  preconditions?: readonly Type<Precondition>[];
}

@Injectable()
export class PreconditionGuard implements CanActivate {
  constructor(private readonly modules: ModuleRef) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { preconditions = [] }: PreconditionPolicy = policyOf(context);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    for (const precondition of preconditions) {
      const parameters = validParametersOf(request);
      await this.modules.get(precondition, { strict: false }).check(callerOf(request), parameters);
    }
    return true;
  }
}
