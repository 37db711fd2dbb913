import { AddressInfo, createServer, Server, Socket } from 'node:net';
import { mongo } from 'mongoose';
import { afterTests } from './teardown';

const { BSON } = mongo;
const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013];
const HEADER = 16;
const OK = { ok: 1 };
const NOTHING_FOUND = { id: mongo.Long.ZERO, ns: 'a.b', firstBatch: [] };

type Command = mongo.Document;

/**
 * A server that speaks MongoDB's wire protocol and answers as a test demands: with errors about users, rights, versions
 * and members of a replica set, which the engines of the tests do not give.
 */
export class FakeMongod {
  /** The names of the received commands, without handshakes. */
  readonly commands: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly answers: Record<string, Command>,
  ) {}

  /** @param answers by the name of a command; the others are answered with success. `hello` is added to the handshake */
  static async start(answers: Record<string, Command> = {}): Promise<FakeMongod> {
    const server = createServer((socket) => {
      fake.serve(socket);
    });
    const fake = new FakeMongod(server, answers);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    afterTests(() => fake.close());
    return fake;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= HEADER && pending.length >= pending.readInt32LE(0)) {
        const message = pending.subarray(0, pending.readInt32LE(0));
        pending = pending.subarray(message.length);
        socket.write(this.answer(message));
      }
    });
  }

  private answer(message: Buffer): Buffer {
    const id = message.readInt32LE(4);
    if (message.readInt32LE(12) === OP_QUERY) {
      // Flags and the NUL-terminated name of a collection, then two numbers.
      const from = message.indexOf(0, HEADER + 4) + 9;
      const reply = this.replyTo(BSON.deserialize(message.subarray(from)));
      const head = Buffer.alloc(20);
      head.writeInt32LE(1, 16);
      return wrap(id, OP_REPLY, Buffer.concat([head, BSON.serialize(reply)]));
    }
    // Flags and the kind of the only section that matters.
    const from = HEADER + 5;
    const end = from + message.readInt32LE(from);
    const reply = this.replyTo(BSON.deserialize(message.subarray(from, end)));
    return wrap(id, OP_MSG, Buffer.concat([Buffer.alloc(5), BSON.serialize(reply)]));
  }

  private replyTo(command: Command): Command {
    const [name = ''] = Object.keys(command);
    if (/^(hello|ismaster)$/i.test(name)) {
      return { ...HANDSHAKE, ...this.answers.hello, ...OK };
    }
    this.commands.push(name);
    return this.answers[name] ?? { ...OK, cursor: NOTHING_FOUND, n: 0 };
  }
}

const HANDSHAKE = {
  helloOk: true,
  isWritablePrimary: true,
  ismaster: true,
  maxBsonObjectSize: 16 * 1024 * 1024,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  minWireVersion: 0,
  maxWireVersion: 21,
};

function wrap(responseTo: number, code: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEADER);
  head.writeInt32LE(HEADER + body.length, 0);
  head.writeInt32LE(responseTo, 8);
  head.writeInt32LE(code, 12);
  return Buffer.concat([head, body]);
}
