import { FastifyRequest } from 'fastify';
import { callerOf } from './caller';

describe('callerOf', () => {
  it('returns no caller until AuthGuard has run', () => {
    expect(() => callerOf({} as FastifyRequest)).toThrow('AuthGuard must run first');
  });
});
