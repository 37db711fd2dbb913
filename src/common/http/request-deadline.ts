import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Attached } from '../attached/attached';
import { OutOfTime } from '../errors/out-of-time';
import { whenOver } from './request-end';

const givenUp = new Attached<FastifyRequest, boolean>();
const answering = new Attached<FastifyRequest, () => void>();

/** Whether the answer was, or is, that the request took too long. */
export function isGivenUp(request: FastifyRequest): boolean {
  return givenUp.get(request) === true;
}

/** From now on, whoever holds the answer back is told when the time is over, and sends it: it is not sent here. */
export function tellWhenOutOfTime(request: FastifyRequest, tell: () => void): void {
  answering.set(request, tell);
}

/**
 * Answers 503 after `timeoutMs`, or 408 if the body has not arrived by then. The handler runs on; its answer is
 * discarded. Fastify's own timeout ends once the body is read, so it would not bound a POST.
 */
export function giveUpInTime(instance: FastifyInstance, timeoutMs: number): void {
  const deadlines = new Attached<FastifyRequest, NodeJS.Timeout>();
  instance.addHook('onRequest', (request, reply, done) => {
    const deadline = setTimeout(giveUp, timeoutMs, request, reply).unref();
    deadlines.set(request, deadline);
    whenOver(request, reply, () => {
      clearTimeout(deadline);
    });
    done();
  });
  // The time for the answer starts when the body has arrived.
  instance.addHook('preValidation', (request, reply, done) => {
    if (!reply.sent) deadlines.get(request)?.refresh();
    done();
  });
}

function giveUp(request: FastifyRequest, reply: FastifyReply): void {
  if (reply.sent || reply.raw.headersSent) return;
  givenUp.set(request, true);
  const tell = answering.get(request);
  if (tell) {
    tell();
    return;
  }
  const isClientSlow = !request.raw.complete;
  // The rest of the body is not read.
  if (isClientSlow) void reply.header('connection', 'close');
  void reply.send(new OutOfTime(isClientSlow));
}
