import { getConnectionToken } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { TestApp } from './app';

interface DriverOperation {
  commandName: string;
  /** Of `Db.command`; its first key is its name. */
  command?: object;
}

/** What the switch uses of the driver's `Server`, which all commands but those of its monitors pass. */
interface DriverServer {
  command: (operation: DriverOperation, ...rest: unknown[]) => Promise<unknown>;
}

const READS = ['find', 'aggregate', 'getMore', 'count', 'distinct', 'killCursors', 'ping', 'hello'];

/**
 * Stops a service of this process between two of its writes, as SIGKILL or SIGSTOP stops a process of its own, but at
 * exactly this write, and at once: none of its commands reaches the database any more.
 */
export class KillSwitch {
  private left = Infinity;
  private isDead = false;
  private going = Promise.resolve();
  private go: () => void = () => undefined;

  constructor(app: TestApp) {
    const client = app.app.get<Connection>(getConnectionToken(), { strict: false }).getClient();
    const { topology } = client as unknown as {
      topology?: { s: { servers: Map<string, DriverServer> } };
    };
    const servers = [...(topology?.s.servers.values() ?? [])];
    if (servers.length === 0) throw new Error('The database driver is not as expected.');
    for (const server of servers) {
      const command = server.command.bind(server);
      server.command = async (operation, ...rest) => {
        await this.going;
        this.pass(Object.keys(operation.command ?? {})[0] ?? operation.commandName);
        return command(operation, ...rest);
      };
    }
  }

  /** Whether it was killed. */
  get isKilled(): boolean {
    return this.isDead;
  }

  /** Kills it before the write that comes after so many others. */
  killAfter(writes: number): void {
    this.left = writes;
  }

  kill(): void {
    this.isDead = true;
  }

  /** Another process takes its place. */
  revive(): void {
    this.isDead = false;
    this.left = Infinity;
  }

  /** Nothing of it goes on until it is resumed. */
  pause(): void {
    this.going = new Promise((resolve) => (this.go = resolve));
  }

  resume(): void {
    this.go();
  }

  private pass(commandName: string): void {
    if (!READS.includes(commandName)) {
      if (this.left === 0) this.isDead = true;
      this.left -= 1;
    }
    if (this.isDead) throw new mongo.MongoError('killed');
  }
}
