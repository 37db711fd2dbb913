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
    if (!request.wantsNoReply) this.socket.write(frameReply(request, ++this.replies, reply));
  }

  private replyTo(body: ReturnType<typeof parseMessage>['body']): Buffer {
    try {
      return answer(body(), this.context);
    } catch (error) {
      if (error instanceof MalformedBsonError || error instanceof MalformedFrameError) throw error;
      if (error instanceof CommandError) return refusal(error);
      // The stack is of use to nobody at the other end.
      return refusal(new CommandError('InternalError', 'internal error of the embedded engine'));
    }
  }
}
