import { BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { FastifyInstance } from 'fastify';

/**
 * Whether the service was told to stop: it still serves, but wants no new requests (docs/adr/0027). A process that closes
 * without it, a retired worker, leaves to others: a balancer shall not look elsewhere (docs/adr/0028).
 */
@Injectable()
export class DrainState implements BeforeApplicationShutdown {
  private hasBegun = false;
  private isClosing = false;

  get isDraining(): boolean {
    return this.hasBegun;
  }

  begin(): void {
    this.hasBegun = true;
  }

  beforeApplicationShutdown(): void {
    this.isClosing = true;
  }

  /** While draining or closing, each answer tells its client to use no connection of this process again. */
  observe(instance: FastifyInstance): void {
    instance.addHook('onSend', (_request, reply, payload, done) => {
      if (this.hasBegun || this.isClosing) void reply.header('connection', 'close');
      done(null, payload);
    });
  }
}
