import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OutOfTime } from '../errors/out-of-time';
import { whenOver } from './request-end';

/**
 * Gives up a request that is not answered in time: 503 from the exception filter, or 408 where the client has not sent
 * its body. What still runs for it goes on, and its answer goes nowhere.
 *
 * Fastify has a bound of its own, which ends as soon as a body has been read: no POST would be bounded.
 * @param timeoutMs for the body to arrive, and once more for the answer, however many things it waits for
 */
export function giveUpInTime(instance: FastifyInstance, timeoutMs: number): void {
  const deadlines = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  instance.addHook('onRequest', (request, reply, done) => {
    const deadline = setTimeout(giveUp, timeoutMs, request, reply).unref();
    deadlines.set(request, deadline);
    whenOver(request, reply, () => {
      clearTimeout(deadline);
    });
    done();
  });
  // The body is here, or there is none.
  instance.addHook('preValidation', (request, reply, done) => {
    if (!reply.sent) deadlines.get(request)?.refresh();
    done();
  });
}

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  // An answer that is on its way is the client's to take.
  if (reply.sent || reply.raw.headersSent) return;
  const isClientSlow = !request.raw.complete;
  // Nobody waits for the rest of that body.
  if (isClientSlow) void reply.header('connection', 'close');
  void reply.send(new OutOfTime(isClientSlow));
}
