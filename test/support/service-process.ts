import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { recordPrinted } from './canaries';
import { afterTests } from './teardown';

const MAIN = join(__dirname, '../../dist/main.js');
const LISTENING = /listening on (http:\/\/[^\s"]+)/;

/** The built service in a process of its own, as a deployment runs it. */
export class ServiceProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly output: { text: string },
    private readonly exited: Promise<number | null>,
  ) {}

  /** Starts it without waiting; `env` is its whole environment beside `PATH`. By default it stores nothing. */
  static spawn(env: Record<string, string>, cwd = tmpdir()): ServiceProcess {
    const child = spawn(process.execPath, [MAIN], {
      // Outside the project's folder, so that it does not read a developer's `.env`.
      cwd,
      env: {
        PATH: process.env.PATH,
        PORT: '0',
        EMBEDDED_DATA_DIR: 'memory',
        // Counted as in a deployment, but reached only by tests that set them.
        RATE_LIMIT_PER_MINUTE: '1000000',
        RATE_LIMIT_PUBLIC_PER_MINUTE: '1000000',
        // Where the test writes into the workspace too, it expects to see that at once.
        ...(env.MONGODB_URI !== undefined && { SESSION_INDEX: 'off' }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { text: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (output.text += chunk.toString()));
    }
    const exited = once(child, 'close').then(([code]) => {
      recordPrinted(output.text);
      return code as number | null;
    });
    const service = new ServiceProcess(child, output, exited);
    afterTests(() => service.stop());
    return service;
  }

  /** Starts it and waits until it listens. */
  static async start(env: Record<string, string>): Promise<ServiceProcess> {
    const service = ServiceProcess.spawn(env);
    await service.untilPrinted(LISTENING);
    return service;
  }

  /** Everything that it has printed so far. */
  get printed(): string {
    return this.output.text;
  }

  /** For a test that reads it slowly or not at all. */
  get stdout(): Readable {
    if (!this.child.stdout) throw new Error('The service has no stdout.');
    return this.child.stdout;
  }

  /** Where it listens. */
  get url(): string {
    const [, url] = LISTENING.exec(this.printed) ?? [];
    if (url === undefined) throw new Error(`The service does not listen:\n${this.printed}`);
    return url;
  }

  /** Of its processes that serve, when it is a primary. */
  get workerIds(): number[] {
    const id = this.child.pid ?? 0;
    const text = readFileSync(`/proc/${id}/task/${id}/children`, 'utf8');
    return text.trim().split(' ').filter(Boolean).map(Number);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** @returns its exit code */
  untilExit(): Promise<number | null> {
    return this.exited;
  }

  /** Stops it with SIGTERM, as an orchestrator does. @returns its exit code */
  stop(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.exited;
  }

  /** Kills it like a power cut, and waits until it has ended. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Waits for what it prints. @throws Error when it exits first */
  async untilPrinted(pattern: RegExp): Promise<void> {
    const over = this.exited.then(() => 'exited');
    while (!pattern.test(this.printed)) {
      const next = await Promise.race([over, once(this.child.stdout ?? this.child, 'data')]);
      if (next === 'exited') throw new Error(`The service has exited:\n${this.printed}`);
    }
  }
}
