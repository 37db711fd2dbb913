import { SetMetadata } from '@nestjs/common';
import { FastifyRequest } from 'fastify';
import { contextOf } from '../../test/support/execution-context';
import { ROUTE_POLICY } from '../common/http/route-policy';
import { AuthGuard } from './auth.guard';
import { Caller, knownCaller } from './caller';
import { CallersService } from './callers.service';
import { TokenUses } from './token-uses';

class Routes {
  undeclared(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, { public: true })
  everybody(): void {
    // Not called in this test.
  }

  @SetMetadata(ROUTE_POLICY, {})
  callers(): void {
    // Not called in this test.
  }
}

const ROD = { id: 'rod' } as Caller;
const RIGHT = { 'x-user-id': 'rod', 'x-auth-token': 'right' };

describe('AuthGuard', () => {
  let asked: string[];
  let reported: Caller[];

  beforeEach(() => {
    asked = [];
    reported = [];
  });

  const guard = (): AuthGuard =>
    new AuthGuard(
      {
        find: (token: string) => {
          asked.push(token);
          return Promise.resolve(token === 'right' ? ROD : undefined);
        },
      } as unknown as CallersService,
      { report: (caller: Caller) => reported.push(caller) } as unknown as TokenUses,
    );
  const requestWith = (headers: Record<string, string>): FastifyRequest =>
    ({ headers }) as unknown as FastifyRequest;
  const enter = (handler: keyof Routes, request: FastifyRequest): Promise<boolean> =>
    guard().canActivate(contextOf(Routes, handler, request));

  it('throws on a route without a policy, even for a valid token', async () => {
    const request = requestWith(RIGHT);
    await expect(enter('undeclared', request)).rejects.toThrow(
      'Routes.undeclared carries no @Access declaration.',
    );
    expect(knownCaller(request)).toBeUndefined();
  });

  it('passes every request on a public route, and identifies no caller', async () => {
    const request = requestWith(RIGHT);
    await expect(enter('everybody', request)).resolves.toBe(true);
    expect({ asked, caller: knownCaller(request) }).toEqual({ asked: [], caller: undefined });
  });

  it('admits the holder of the token and reports its use', async () => {
    const request = requestWith(RIGHT);
    await expect(enter('callers', request)).resolves.toBe(true);
    expect({ caller: knownCaller(request), reported }).toEqual({ caller: ROD, reported: [ROD] });
  });

  it.each<[string, Record<string, string>]>([
    ['no headers', {}],
    ['no user id', { 'x-auth-token': 'right' }],
    ['an empty user id', { ...RIGHT, 'x-user-id': '' }],
    ['no token', { 'x-user-id': 'rod' }],
    ['an unknown token', { ...RIGHT, 'x-auth-token': 'wrong' }],
    ["another user's id", { ...RIGHT, 'x-user-id': 'jane' }],
  ])('refuses a request with %s', async (_case, headers) => {
    const request = requestWith(headers);
    await expect(enter('callers', request)).rejects.toMatchObject({
      problem: { kind: 'not-logged-in' },
    });
    expect({ caller: knownCaller(request), reported }).toEqual({ caller: undefined, reported: [] });
  });

  it('fails closed when the database is unreachable', async () => {
    const failing = new AuthGuard(
      { find: () => Promise.reject(new Error('unreachable')) } as unknown as CallersService,
      {} as TokenUses,
    );
    const context = contextOf(Routes, 'callers', requestWith(RIGHT));
    await expect(failing.canActivate(context)).rejects.toThrow('unreachable');
  });
});
