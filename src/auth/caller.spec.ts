import { FastifyRequest } from 'fastify';
import { callerOf } from './caller';

describe('callerOf', () => {
  it('throws when AuthGuard has not run', () => {
    expect(() => callerOf({} as FastifyRequest)).toThrow('AuthGuard must run first');
  });
});
