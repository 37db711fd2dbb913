import { BadRequestException } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

const unreadable = new WeakSet<FastifyRequest>();

/** Marks a body as unreadable. It is refused later, after authentication (contract §1). */
export function markUnreadable(request: FastifyRequest): void {
  unreadable.add(request);
}

/** @throws BadRequestException when the body was not JSON */
export function bodyOf(request: FastifyRequest): unknown {
  if (unreadable.has(request)) throw new BadRequestException();
  return request.body;
}
