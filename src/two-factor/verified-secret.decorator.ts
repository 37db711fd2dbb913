import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

// Not attached to the request, whose properties a careless line of a log might show.
const secrets = new WeakMap<FastifyRequest, string>();

/** For TwoFactorGuard only. */
export function setVerifiedSecret(request: FastifyRequest, secret: string): void {
  secrets.set(request, secret);
}

/** @throws Error if TwoFactorGuard has not verified a code on this request */
export function verifiedSecretOf(request: FastifyRequest): string {
  const secret = secrets.get(request);
  if (secret === undefined)
    throw new Error('TwoFactorGuard has not verified a code on this request.');
  return secret;
}

/**
 * Injects the stored TOTP secret that the code in the body was right for. A change that follows must require that this
 * secret is still stored (architecture rule 4).
 */
export const VerifiedSecret = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    verifiedSecretOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
