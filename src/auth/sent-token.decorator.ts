import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { header } from '../common/http/client';
import { callerOf } from './caller';
import { hashLoginToken } from './login-token';

/** The caller's token as they sent it: only they may see it again, and it must not be kept. */
export const SentToken = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const token = header(request, 'x-auth-token') ?? '';
  if (hashLoginToken(token) === callerOf(request).token.hashedToken) return token;
  throw new Error('The token is not the one that made the caller.');
});
