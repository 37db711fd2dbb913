import { CanActivate, createParamDecorator, ExecutionContext, Injectable } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { bodyOf } from '../http/body';
import { policyOf } from '../http/route-policy';
import { validateParameters, ParametersClass } from './validate-parameters';

/** The part of a route's policy that this guard enforces. */
export interface ParametersPolicy<T extends object = object> {
  /** What the route takes: the query string of a GET, the body of anything else. Absent: nothing is read of either. */
  parameters?: ParametersClass<T>;
}

const judged = new WeakMap<FastifyRequest, object>();

/**
 * Judges a request's parameters. A guard and not a pipe, because Nest runs pipes after all guards, and a bad request
 * must be refused before the second factor is looked at, lest it spend a code (contract §1).
 */
@Injectable()
export class ParametersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { parameters }: ParametersPolicy = policyOf(context);
    if (parameters) judgeRequest(context.switchToHttp().getRequest<FastifyRequest>(), parameters);
    return true;
  }
}

/**
 * Judges the parameters of a request and remembers them.
 * @throws ApiError invalid-parameters; BadRequestException
 */
function judgeRequest(request: FastifyRequest, rules: ParametersClass): object {
  const raw = request.method === 'GET' ? request.query : bodyOf(request);
  const parameters = validateParameters(rules, raw);
  judged.set(request, parameters);
  return parameters;
}

/**
 * What a request names, for whoever tells of it, also where a guard has refused it before its parameters were judged.
 * Undefined when they are not what the route takes.
 */
export function namedParameters(
  request: FastifyRequest,
  rules: ParametersClass,
): object | undefined {
  try {
    return judged.get(request) ?? judgeRequest(request, rules);
  } catch {
    return undefined;
  }
}

/** @throws Error when ParametersGuard has judged none */
export function parametersOf(request: FastifyRequest): object {
  const parameters = judged.get(request);
  if (!parameters) throw new Error('The route does not declare its parameters.');
  return parameters;
}

/** Injects the parameters that ParametersGuard has judged. */
export const Parameters = createParamDecorator((_: unknown, context: ExecutionContext): object =>
  parametersOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
