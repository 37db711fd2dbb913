import { connect } from 'node:net';
import { HttpAnswer } from './http';

/** A request as it goes over the wire; texts are bytes (Latin-1). */
export interface RawRequest {
  method: string;
  target: string;
  headers: [name: string, value: string][];
  body: string;
}

/** An answer, or undefined when the server closed the connection without one. */
export type RawAnswer = HttpAnswer | undefined;

/** Sends exactly these bytes on a connection of their own. @throws Error when nothing comes for `patienceMs` */
export function sendRaw(
  { hostname, port }: URL,
  { method, target, headers, body }: RawRequest,
  patienceMs: number,
): Promise<RawAnswer> {
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map((pair) => pair.join(': '))];
  const bytes = Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`, 'latin1');
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(port), hostname);
    socket.setTimeout(patienceMs, () => {
      socket.destroy(new Error(`no answer within ${patienceMs} ms`));
      reject(new Error(`No answer within ${patienceMs} ms.`));
    });
    socket.on('data', (chunk) => chunks.push(chunk));
    // A server that refuses a request may close before it has read all of it.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      resolve(parseAnswer(Buffer.concat(chunks).toString('utf8')));
    });
    socket.write(bytes);
  });
}

function parseAnswer(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(first) ?? [];
  if (end < 0 || status === undefined) return undefined;
  const pairs = lines.map((line) => {
    const [name = '', ...value] = line.split(': ');
    return [name.toLowerCase(), value.join(': ')];
  });
  const body = text.slice(end + 4);
  return {
    status: Number(status),
    headers: Object.fromEntries(pairs) as HttpAnswer['headers'],
    text: body,
    body: parseJson(body),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
