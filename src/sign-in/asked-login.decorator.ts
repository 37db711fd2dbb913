import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { LoginRequest, readLoginRequest } from './login-request';

/** Injects the login that the request asks for, from any shape of its body (contract §5). */
export const AskedLogin = createParamDecorator(
  (_: unknown, context: ExecutionContext): LoginRequest =>
    readLoginRequest(context.switchToHttp().getRequest<FastifyRequest>()),
);
