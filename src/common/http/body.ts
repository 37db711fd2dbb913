import { BadRequestException } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';

const unreadable = new Attached<FastifyRequest, boolean>();

/** Marks a body as unreadable. It is refused later, after authentication (contract §1). */
export function markUnreadable(request: FastifyRequest): void {
  unreadable.set(request, true);
}

/** @throws BadRequestException when the body was not JSON */
export function bodyOf(request: FastifyRequest): unknown {
  if (unreadable.get(request)) throw new BadRequestException();
  return request.body;
}
