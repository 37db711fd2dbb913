import { FastifyRequest } from 'fastify';
import { callerOf } from './caller';

describe('callerOf', () => {
  it('takes nobody for somebody before AuthGuard has run', () => {
    expect(() => callerOf({} as FastifyRequest)).toThrow('AuthGuard must run first');
  });
});
