import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { openTestDatabase } from '../../support/database';
import { ServiceProcess } from '../../support/service-process';

/** Their lines fill every buffer of the system between two processes. */
const MANY = 3000;

let env: Record<string, string>;

beforeAll(async () => {
  const { uri } = await openTestDatabase();
  env = { NODE_ENV: 'production', HOST: '127.0.0.1', MONGODB_URI: uri };
});

/** Requests an unknown path many times. @returns the statuses that occurred */
async function askOften({ url }: ServiceProcess, times: number): Promise<Set<unknown>> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const ask = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      get(`${url}/nothing`, { agent }, (answer) => {
        answer.resume().on('end', () => {
          resolve(answer.statusCode);
        });
      }).on('error', reject);
    });
  const statuses = new Set(await Promise.all(Array.from({ length: times }, ask)));
  agent.destroy();
  return statuses;
}

const requestLines = (printed: string): string[] =>
  printed.split('\n').filter((line) => line.includes('"context":"Http"'));

describe('the log of the service', () => {
  it('is JSON from the first line to the last in production, and loses none to a slow reader or the exit', async () => {
    const service = await ServiceProcess.start(env);
    service.stdout.pause();
    expect(await askOften(service, MANY)).toEqual(new Set([404]));
    service.stdout.resume();
    while (requestLines(service.printed).length < MANY) await once(service.stdout, 'data');
    expect(await askOften(service, 1)).toEqual(new Set([404]));
    expect(await service.stop()).toBe(0);
    const parsed = service.printed
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { context: string });
    expect(parsed.filter(({ context }) => context === 'Http')).toHaveLength(MANY + 1);
    expect(parsed).toContainEqual(expect.objectContaining({ context: 'Service', level: 'info' }));
  }, 60_000);

  it('is a short line a request with LOG_FORMAT=text, and ends nothing when its reader goes away', async () => {
    const service = await ServiceProcess.start({ ...env, LOG_FORMAT: 'text' });
    await askOften(service, 1);
    await service.untilPrinted(/request_id/);
    expect(service.printed).toMatch(
      /^\S+Z INFO {2}\[Http\] GET \(no route\) 404 [\d.]+ ms error\.type=404 request_id=[0-9a-f-]{36}$/m,
    );
    service.stdout.destroy();
    expect(await askOften(service, 100)).toEqual(new Set([404]));
    expect(await service.stop()).toBe(0);
  }, 60_000);
});
