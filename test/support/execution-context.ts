import { ExecutionContext, Type } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

/** What Nest hands to a guard when a request meets this handler. */
export function contextOf<T extends object>(
  controller: Type<T>,
  handler: keyof T & string,
  request: FastifyRequest,
): ExecutionContext {
  return {
    getClass: () => controller,
    getHandler: () => (controller.prototype as T)[handler],
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
}
