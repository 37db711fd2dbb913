import { ExecutionContext, Type } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

/** The context that Nest passes to a guard for a request to this handler. */
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
