import { once } from 'node:events';
import { execFileSync, spawn } from 'node:child_process';
import { request } from 'node:https';
import { AddressInfo, connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpCall } from './http';
import { findProgram } from './programs';
import { afterTests } from './teardown';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Makes a certificate for a name, with its key. @returns the paths of both */
export function makeCertificate(folder: string, name: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')];
  const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-days', '1'];
  const files = ['-keyout', key, '-out', cert];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, ...files], { stdio: 'ignore' });
  return { cert, key };
}

/** A text with each of these parts replaced. @throws Error when one is not there: the file has changed under its test */
export function withReplaced(text: string, parts: readonly [string, string][]): string {
  return parts.reduce((result, [part, other]) => {
    if (!result.includes(part)) throw new Error(`The file does not say: ${part}`);
    return result.replaceAll(part, other);
  }, text);
}

/** A proxy of the deployment in a process of its own, which terminates TLS. */
export class ProxyProgram {
  private constructor(
    readonly port: number,
    private readonly host: string,
  ) {}

  /**
   * Starts it and waits until it listens.
   * @param host the name that it serves
   * @param port where it is configured to listen, on 127.0.0.1
   * @throws Error when it exits first, with what it has printed
   */
  static async start(
    name: string,
    args: string[],
    { host, port, env = {} }: { host: string; port: number; env?: Record<string, string> },
  ): Promise<ProxyProgram> {
    const child = spawn(findProgram(name) ?? name, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let printed = '';
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null;
    afterTests(async () => {
      if (isOver()) return;
      child.kill('SIGTERM');
      await once(child, 'close');
    });
    while (!(await isListening(port))) {
      if (isOver()) throw new Error(`${name} has exited:\n${printed}`);
      await delay(20);
    }
    return new ProxyProgram(port, host);
  }

  /** The status of one request over TLS. @param from the address of this machine that it comes from */
  async call(
    path: string,
    from: string,
    { method = 'GET', headers = {}, body }: HttpCall = {},
  ): Promise<number> {
    const sent = request({
      host: '127.0.0.1',
      port: this.port,
      localAddress: from,
      servername: this.host,
      path,
      method,
      headers: { host: this.host, ...headers },
      // Made for the test, so no authority vouches for it.
      rejectUnauthorized: false,
      agent: false,
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [import('node:http').IncomingMessage];
    answer.resume();
    await once(answer, 'end');
    return answer.statusCode ?? 0;
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
