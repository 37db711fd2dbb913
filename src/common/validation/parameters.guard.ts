import { CanActivate, createParamDecorator, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';
import { bodyOf } from '../http/body';
import { policyOf } from '../http/route-policy';
import { validateParameters, ParametersClass } from './validate-parameters';

export interface ParametersPolicy<T extends object = object> {
  /** The query string of a GET, or the body of another method. Absent: neither is read. */
  parameters?: ParametersClass<T>;
}

const validated = new Attached<FastifyRequest, object>();

/**
 * A guard and not a pipe: Nest runs pipes after all guards, and an invalid request must not consume a code (contract
 * §1).
 */
@Injectable()
export class ParametersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { parameters }: ParametersPolicy = policyOf(context);
    if (parameters)
      validateRequest(context.switchToHttp().getRequest<FastifyRequest>(), parameters);
    return true;
  }
}

function validateRequest(request: FastifyRequest, rules: ParametersClass): object {
  const parameters = validateParameters(rules, sentParameters(request));
  validated.set(request, parameters);
  return parameters;
}

/** As sent: nothing of it is validated. @throws BadRequestException when the body is unreadable */
export function sentParameters(request: FastifyRequest): unknown {
  return request.method === 'GET' ? request.query : bodyOf(request);
}

/** The parameters for the audit log, also of a request that a guard refused earlier; undefined if invalid. */
export function namedParameters(
  request: FastifyRequest,
  rules: ParametersClass,
): object | undefined {
  try {
    return validated.get(request) ?? validateRequest(request, rules);
  } catch {
    return undefined;
  }
}

/** Undefined when ParametersGuard has validated none. */
export function validParametersOf(request: FastifyRequest): object | undefined {
  return validated.get(request);
}

/** @throws Error when ParametersGuard has validated none */
export function parametersOf(request: FastifyRequest): object {
  const parameters = validated.get(request);
  if (!parameters) throw new Error('The route does not declare its parameters.');
  return parameters;
}

export const Parameters = createParamDecorator((_: unknown, context: ExecutionContext): object =>
  parametersOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
