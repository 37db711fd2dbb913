import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';
import { socketOf } from './database-address';
import { afterTests } from './teardown';

/** A proxy between the service and its database whose connections a test can cut, stall or delay. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly waiting: { text: string; resolve: () => void }[] = [];
  private held: { to: Socket; chunk: Buffer }[] = [];
  private stalled = false;
  private delayMs = 0;

  private constructor(
    private readonly server: Server,
    private port: number,
  ) {}

  /** @param uri the address of the database */
  static async start(uri: string): Promise<TcpProxy> {
    const server = createServer((inner) => {
      const outer = connect(socketOf(uri));
      proxy.join(inner, outer, () => 0);
      proxy.join(outer, inner, () => proxy.delayMs);
    });
    const proxy = new TcpProxy(server, 0);
    await proxy.restore();
    afterTests(() => proxy.cut());
    return proxy;
  }

  /**
   * A database address that leads through the proxy. The driver must not look for the members of a replica set: it would
   * find the database's own address and bypass the proxy.
   */
  rewrite(uri: string): string {
    const url = new URL(uri);
    url.host = `127.0.0.1:${this.port}`;
    url.searchParams.set('directConnection', 'true');
    return url.toString();
  }

  /** Keeps connections open but forwards nothing. */
  stall(): void {
    this.stalled = true;
  }

  /** Resolves when data with this text in it, such as the name of a collection, is held back. */
  async untilHeld(text: string): Promise<void> {
    if (this.held.some(({ chunk }) => chunk.includes(text))) return;
    await new Promise<void>((resolve) => this.waiting.push({ text, resolve }));
  }

  /** Forwards what was held back. */
  resume(): void {
    this.stalled = false;
    for (const { to, chunk } of this.held.splice(0)) to.write(chunk);
  }

  /** From now on, delays every answer by this many milliseconds. */
  delay(milliseconds: number): void {
    this.delayMs = milliseconds;
  }

  /** Breaks every connection and refuses new ones. */
  async cut(): Promise<void> {
    this.stalled = false;
    this.held = [];
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Listens again on the same port. */
  async restore(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
  }

  private join(from: Socket, to: Socket, delay: () => number): void {
    this.sockets.add(from);
    from.on('data', (chunk: Buffer) => {
      const wait = delay();
      if (this.stalled) this.hold(to, chunk);
      else if (wait === 0) to.write(chunk);
      else setTimeout(() => to.write(chunk), wait);
    });
    from.on('close', () => {
      this.sockets.delete(from);
      to.destroy();
    });
    from.on('error', () => from.destroy());
  }

  private hold(to: Socket, chunk: Buffer): void {
    this.held.push({ to, chunk });
    for (const { text, resolve } of this.waiting) if (chunk.includes(text)) resolve();
  }
}
