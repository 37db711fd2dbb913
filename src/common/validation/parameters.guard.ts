import {
  CanActivate,
  createParamDecorator,
  ExecutionContext,
  Injectable,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { bodyOf } from '../http/body';
import { validateParameters, ParametersClass } from './validate-parameters';

const PARAMETERS_CLASS = 'parameters-class';
const judged = new WeakMap<FastifyRequest, object>();

/** Declares what a route takes: the query string of a GET, the body of anything else. */
export function TakesParameters(rules: ParametersClass): MethodDecorator {
  return SetMetadata(PARAMETERS_CLASS, rules);
}

/**
 * Judges a request's parameters. A guard and not a pipe, because Nest runs pipes after all guards, and a bad request
 * must be refused before the second factor is looked at, lest it spend a code (contract §1).
 */
@Injectable()
export class ParametersGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const rules = this.reflector.get<ParametersClass>(PARAMETERS_CLASS, context.getHandler());
    judgeRequest(context.switchToHttp().getRequest<FastifyRequest>(), rules);
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

/** Injects the parameters that ParametersGuard has judged. */
export const Parameters = createParamDecorator((_: unknown, context: ExecutionContext): object => {
  const parameters = judged.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!parameters) throw new Error('The route does not declare its parameters.');
  return parameters;
});
