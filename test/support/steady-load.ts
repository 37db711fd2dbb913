import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { afterTests } from './teardown';

/** Between two requests of a client, so that the load leaves time for what is tested under it. */
const PAUSE_MS = 20;
/** A request that takes as long is lost. */
const PATIENCE_MS = 5000;

/** What became of one request. */
type Outcome = { status: number; isLast: boolean } | { error: string; isRefused: boolean };

/**
 * Clients that send one request after the other. Each reports what it lost: a request that was neither answered nor
 * refused before it was sent.
 */
export class SteadyLoad {
  /** Of every answer. */
  readonly statuses = new Map<number, number>();
  readonly lost: string[] = [];
  private isOver = false;
  private endsWithConnections = false;
  private readonly waiting: { count: number; resolve: () => void }[] = [];
  private readonly clients: Promise<void>[];

  private constructor(
    private readonly url: string,
    private readonly headers: Record<string, string>,
    keepAlive: number,
    fresh: number,
  ) {
    this.clients = [
      ...Array.from({ length: keepAlive }, () => this.run(new Agent({ keepAlive: true }))),
      ...Array.from({ length: fresh }, () => this.run(new Agent({ keepAlive: false }))),
    ];
  }

  /**
   * @param clients how many keep their connection, and how many open one for each request. A client stops when the service
   * refuses connections.
   */
  static start(
    url: string,
    headers: Record<string, string>,
    clients: { keepAlive: number; fresh: number },
  ): SteadyLoad {
    const load = new SteadyLoad(url, headers, clients.keepAlive, clients.fresh);
    afterTests(() => load.stop());
    return load;
  }

  get answered(): number {
    return [...this.statuses.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Resolves after so many more answers. */
  untilAnswered(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push({ count: this.answered + count, resolve });
    });
  }

  /** Lets each client finish its request. */
  async stop(): Promise<void> {
    this.isOver = true;
    await this.finished();
  }

  /** Resolves when each client has been refused, or told that its connection ends, after `endWithConnections`. */
  async finished(): Promise<void> {
    await Promise.all(this.clients);
  }

  /** From now on, a client that is told that its connection ends opens no other, as a balancer does. */
  endWithConnections(): void {
    this.endsWithConnections = true;
  }

  private async run(agent: Agent): Promise<void> {
    while (!this.isOver) {
      const outcome = await this.send(agent);
      if ('error' in outcome) {
        if (outcome.isRefused) break;
        this.lost.push(outcome.error);
        await pause(PAUSE_MS);
        continue;
      }
      this.statuses.set(outcome.status, (this.statuses.get(outcome.status) ?? 0) + 1);
      for (const { count, resolve } of this.waiting) if (this.answered >= count) resolve();
      if (outcome.isLast && this.endsWithConnections) break;
      await pause(PAUSE_MS);
    }
    agent.destroy();
  }

  private send(agent: Agent): Promise<Outcome> {
    return new Promise((resolve) => {
      const outgoing = request(this.url, { agent, headers: this.headers }, (response) => {
        const isLast = response.headers.connection === 'close';
        response.on('error', fail);
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, isLast });
        });
        response.resume();
      });
      const fail = ({ code, message }: NodeJS.ErrnoException): void => {
        resolve({ error: code ?? message, isRefused: code === 'ECONNREFUSED' });
      };
      outgoing.on('error', fail);
      outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error('no answer')));
      outgoing.end();
    });
  }
}
