import type { Socket } from 'node:net';
import { answer, refusal } from './commands/dispatch';
import type { CommandContext } from './commands/command';
import { CommandError } from './errors';
import { MalformedBsonError } from './values/decode';
import { FrameReader, MalformedFrameError } from './wire/frames';
import { frameReply, parseMessage } from './wire/messages';

/** Answers the requests of one client, in their order, until it sends what is no request. */
export class Connection {
  private readonly frames = new FrameReader();
  private replies = 0;
  /** Answers in the order of their requests; some of the first are not there yet. */
  private readonly outbox: { bytes?: Buffer }[] = [];

  constructor(
    private readonly socket: Socket,
    private readonly context: CommandContext,
  ) {
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      this.receive(chunk);
    });
    socket.on('error', () => socket.destroy());
  }

  /** Nothing may leave this function but a closed socket: the process has other work to do. */
  private receive(chunk: Buffer): void {
    try {
      for (const frame of this.frames.push(chunk)) this.respond(frame);
    } catch {
      this.socket.destroy();
    }
  }

  private respond(frame: Buffer): void {
    const request = parseMessage(frame);
    const reply = this.replyTo(request.body);
    if (request.wantsNoReply) return;
    const place: { bytes?: Buffer } = {};
    this.outbox.push(place);
    const fill = (body: Buffer): void => {
      place.bytes = frameReply(request, ++this.replies, body);
      this.send();
    };
    if (reply instanceof Promise) void reply.then(fill);
    else fill(reply);
  }

  private send(): void {
    for (let [next] = this.outbox; next?.bytes; [next] = this.outbox) {
      this.socket.write(next.bytes);
      this.outbox.shift();
    }
  }

  /** The promise, if it is one, is always kept: a refusal is an answer, too. */
  private replyTo(body: ReturnType<typeof parseMessage>['body']): Buffer | Promise<Buffer> {
    try {
      const reply = answer(body(), this.context);
      return reply instanceof Promise ? reply.catch(internalError) : reply;
    } catch (error) {
      if (error instanceof MalformedBsonError || error instanceof MalformedFrameError) throw error;
      return error instanceof CommandError ? refusal(error) : internalError();
    }
  }
}

/** The stack is of no use to the client. */
function internalError(): Buffer {
  return refusal(new CommandError('InternalError', 'internal error of the embedded engine'));
}
