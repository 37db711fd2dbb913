import { createParamDecorator, ExecutionContext } from '@nestjs/common';
import { FastifyRequest } from 'fastify';

const secrets = new WeakMap<FastifyRequest, string>();

/** Only TwoFactorGuard says which secret a code was right for. */
export function setVerifiedSecret(request: FastifyRequest, secret: string): void {
  secrets.set(request, secret);
}

/** @throws Error when TwoFactorGuard has verified no code of a secret on this request */
export function verifiedSecretOf(request: FastifyRequest): string {
  const secret = secrets.get(request);
  if (secret === undefined) throw new Error('TwoFactorGuard has verified no code of a secret.');
  return secret;
}

/**
 * Injects the TOTP secret, as it is stored, that the code in the body was judged by. A change that follows demands that it
 * is still the stored one (architecture rule 4). Without a verified code there is none, and the handler is not reached.
 */
export const VerifiedSecret = createParamDecorator(
  (_: unknown, context: ExecutionContext): string =>
    verifiedSecretOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
