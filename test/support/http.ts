import { request } from 'node:http';
import { recordCall } from './canaries';
import { checkAnswer } from './document-check';

/** A connection on which nothing comes for as long is lost, which a test should say rather than time out. */
const PATIENCE_MS = 30_000;

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** Parsed; key order as sent. */
  body: unknown;
}

export interface HttpCall {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** Sends one HTTP request on its own connection, exactly as written: no redirects, no added headers. */
export async function call(url: string, outgoing: HttpCall = {}): Promise<HttpAnswer> {
  const answer = await send(url, outgoing);
  recordCall(url, outgoing, answer);
  checkAnswer(outgoing.method ?? 'GET', url, answer);
  return answer;
}

function send(url: string, { method = 'GET', headers = {}, body }: HttpCall): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          body: parse(text),
        });
      });
    });
    outgoing.on('error', reject);
    outgoing.setTimeout(PATIENCE_MS, () => outgoing.destroy(new Error('no answer')));
    outgoing.end(body);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
