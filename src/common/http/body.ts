import { BadRequestException } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

const unreadable = new WeakSet<FastifyRequest>();

/** Notes that a body could not be read. Whether that matters is judged in its turn: after authentication (contract §1). */
export function markUnreadable(request: FastifyRequest): void {
  unreadable.add(request);
}

/**
 * The body of a request as its parser understood it.
 * @throws BadRequestException when it was not JSON
 */
export function bodyOf(request: FastifyRequest): unknown {
  if (unreadable.has(request)) throw new BadRequestException();
  return request.body;
}
