import { SetMetadata } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FastifyRequest } from 'fastify';
import { contextOf } from '../../test/support/execution-context';
import { Caller, setCaller } from '../auth/caller';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { Precondition, PreconditionGuard } from './precondition.guard';

const checked: string[] = [];

class Holds implements Precondition {
  check({ id }: Caller): Promise<void> {
    checked.push(`holds of ${id}`);
    return Promise.resolve();
  }
}

class Refuses implements Precondition {
  check({ id }: Caller): Promise<void> {
    checked.push(`refuses ${id}`);
    return Promise.reject(new Error('refused'));
  }
}

class Routes {
  undeclared(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { public: true })
  unconditional(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { preconditions: [Holds, Holds] })
  possible(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { preconditions: [Holds, Refuses, Holds] })
  impossible(): void {
    // Not called in this test.
  }
}

describe('PreconditionGuard', () => {
  beforeEach(() => {
    checked.length = 0;
  });

  const enter = (handler: keyof Routes, caller?: Caller): Promise<boolean> => {
    const request = {} as FastifyRequest;
    if (caller) setCaller(request, caller);
    const modules = { get: (type: new () => Precondition) => new type() } as unknown as ModuleRef;
    return new PreconditionGuard(modules).canActivate(contextOf(Routes, handler, request));
  };
  const rod = { id: 'rod' } as Caller;

  it('throws on a route without a policy', async () => {
    await expect(enter('undeclared', rod)).rejects.toThrow('carries no @Access declaration');
  });

  it('admits a request when the policy names no precondition, even without a caller', async () => {
    await expect(enter('unconditional')).resolves.toBe(true);
  });

  it('admits a request when every precondition holds', async () => {
    await expect(enter('possible', rod)).resolves.toBe(true);
    expect(checked).toEqual(['holds of rod', 'holds of rod']);
  });

  it('refuses with the first precondition that fails and checks no later one', async () => {
    await expect(enter('impossible', rod)).rejects.toThrow('refused');
    expect(checked).toEqual(['holds of rod', 'refuses rod']);
  });

  it('throws when AuthGuard has not run', async () => {
    await expect(enter('possible')).rejects.toThrow('AuthGuard must run first');
  });
});
