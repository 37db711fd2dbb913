import { SetMetadata } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { contextOf } from '../../../test/support/execution-context';
import { ROUTE_POLICY } from '../http/route-policy';
import { RequiredString } from './parameter.rules';
import { ParametersGuard, parametersOf } from './parameters.guard';

class Named {
  @RequiredString()
  name!: string;
}

class Routes {
  undeclared(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, {})
  takingNothing(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { parameters: Named })
  named(): void {
    // Not called in this test.
  }
}

describe('ParametersGuard', () => {
  const enter = (handler: keyof Routes, request: FastifyRequest): boolean =>
    new ParametersGuard().canActivate(contextOf(Routes, handler, request));
  const get = (query: object): FastifyRequest =>
    ({ method: 'GET', query }) as unknown as FastifyRequest;

  it('throws on a route without a policy', () => {
    expect(() => enter('undeclared', get({}))).toThrow('carries no @Access declaration');
  });

  it('hands on the parameters that the policy declares', () => {
    const request = get({ name: 'Rod' });
    expect(enter('named', request)).toBe(true);
    expect(parametersOf(request)).toEqual({ name: 'Rod' });
  });

  it('refuses parameters that the policy does not declare, and hands on none', () => {
    const request = get({ name: 'Rod', other: '' });
    expect(() => enter('named', request)).toThrow('invalid-parameters');
    expect(() => parametersOf(request)).toThrow('does not declare its parameters');
  });

  it('reads no parameter when the policy declares none', () => {
    const request = get({ name: 'Rod' });
    expect(enter('takingNothing', request)).toBe(true);
    expect(() => parametersOf(request)).toThrow('does not declare its parameters');
  });
});
