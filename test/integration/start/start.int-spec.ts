import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SystemClock } from '../../../src/common/clock/clock';
import { totpCode } from '../../../src/two-factor/methods/totp';
import { PUBLISHED_SUCCESS } from '../../contract/published';
import { call } from '../../support/http';
import { ServiceProcess } from '../../support/service-process';

const run = promisify(execFile);
const UNREACHABLE = 'mongodb://user:hunter2@127.0.0.1:9/workspace';

describe('first start, with nothing configured', () => {
  let service: ServiceProcess;

  beforeAll(async () => {
    service = await ServiceProcess.start({});
    await service.untilPrinted(/^curl .*\n/m);
  }, 60_000);
  afterAll(async () => {
    expect(await service.stop()).toBe(0);
  });

  it('prints a curl command that returns the published example session each time it is pasted', async () => {
    const command = service.printed.split('\n').find((line) => line.startsWith('curl '));
    for (let paste = 0; paste < 2; paste++) {
      // In another folder, as a second terminal may be.
      const { stdout } = await run('bash', ['-c', command ?? 'false'], { cwd: '/' });
      expect(stdout).toBe(JSON.stringify(PUBLISHED_SUCCESS));
    }
  }, 60_000);

  it("prints Swagger UI's address and the administrator's headers", async () => {
    const [, swagger] = /Swagger UI: (\S+)\)/.exec(service.printed) ?? [];
    expect((await call(swagger ?? '')).status).toBe(200);
    expect(service.printed).toMatch(/X-User-Id: +\S+\n +X-Auth-Token: +\S+\n/);
  });

  it('lets the administrator sign in with the printed credentials', async () => {
    const printed = (label: string): string =>
      new RegExp(`${label}: +(\\S+)`).exec(service.printed)?.[1] ?? '';
    // The code of the next step, because the curl command may have used the current one.
    const soon = new Date(new SystemClock().now().getTime() + 30_000);
    const code = totpCode(printed('TOTP secret'), soon);
    const answer = await call(`${service.url}/api/v1/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: printed('user name'), password: printed('password'), code }),
    });
    expect(answer.body).toMatchObject({
      status: 'success',
      data: { userId: printed('X-User-Id') },
    });
  });

  it('creates new credentials at each start', async () => {
    const second = await ServiceProcess.start({});
    await second.untilPrinted(/^curl .*\n/m);
    const token = (text: string): string | undefined => /X-Auth-Token: +(\S+)/.exec(text)?.[1];
    expect(token(second.printed)).not.toBe(token(service.printed));
    await second.stop();
  });
});

describe('start with a database timeout longer than the request timeout', () => {
  it('warns and starts', async () => {
    const service = await ServiceProcess.start({ DATABASE_TIMEOUT_MS: '9000' });
    expect(service.printed).toMatch(
      /WARN.*DATABASE_TIMEOUT_MS \(9000\) is longer than REQUEST_TIMEOUT_MS \(5000\): .*503\./,
    );
    expect(await service.stop()).toBe(0);
  }, 60_000);
});

describe('start that must fail', () => {
  it('refuses production without MONGODB_URI and says why', async () => {
    const service = ServiceProcess.spawn({ NODE_ENV: 'production' });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed).toContain('MONGODB_URI must be set in production');
    expect(service.printed).not.toContain('X-Auth-Token');
  });

  it('names every invalid variable in one message', async () => {
    const service = ServiceProcess.spawn({
      PORT: '70000',
      TWO_FACTOR_CODE_REUSE: 'always',
      MONGODB_URI: 'mongodb://localhost',
    });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed).toContain('PORT must be a whole number from 0 to 65535');
    expect(service.printed).toContain('TWO_FACTOR_CODE_REUSE must be one of: same-client, never');
    expect(service.printed).toContain('MONGODB_URI must be');
  });

  it('waits for the database, says so, and gives up after STARTUP_TIMEOUT_SECONDS', async () => {
    const service = ServiceProcess.spawn({
      MONGODB_URI: UNREACHABLE,
      STARTUP_TIMEOUT_SECONDS: '1',
      DATABASE_TIMEOUT_MS: '200',
    });
    expect(await service.untilExit()).toBe(1);
    expect(service.printed).toContain('not reachable yet');
    expect(service.printed).toContain('could not be reached within 1 s');
    expect(service.printed).not.toContain('hunter2');
  });
});
