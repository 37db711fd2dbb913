import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describeApi } from '../../../src/common/openapi/swagger';
import { TestApp } from '../../support/app';
import { checkAnswer } from '../../support/document-check';
import { HostileRequest, hostileRequests } from '../../support/hostile-requests';
import { RawAnswer, sendRaw } from '../../support/raw-request';
import { TestUser } from '../../support/workspace';

/** How many requests; `npm run test:nightly` sends 100,000. */
const REQUESTS = Number(process.env.HOSTILE_REQUESTS ?? 1000);
/** To one workspace: the embedded database needs the longer for a page of the audit trail, the more records there are. */
const TO_ONE = 10_000;
const AT_ONCE = 20;
const PATIENCE_MS = 15_000;
const FOREVER_MS = 3 * 60 * 60 * 1000;

/** Stands in each document of other people, and in no request. */
const THEIRS = 'canary-of-others';

describe('hostile requests', () => {
  let app: TestApp;
  let callers: Record<HostileRequest['caller'], TestUser | undefined>;
  let slowest = { ms: 0, request: '' };
  const statuses = new Map<number, number>();
  let sent = 0;

  beforeEach(async () => {
    sent = 0;
    app = await TestApp.start({
      SMTP_URL: 'smtp://127.0.0.1:9',
      RATE_LIMIT_PER_MINUTE: '0',
      RATE_LIMIT_PUBLIC_PER_MINUTE: '0',
    });
    callers = await newCallers();
  });
  afterEach(() => app.close());

  /** They lose their logins now and then, as hostile requests end sessions, too. */
  async function newCallers(): Promise<typeof callers> {
    const { workspace } = app;
    const ordinary = await workspace.createUser({ roles: ['user'], password: 'correct horse' });
    const administrator = await workspace.createUser({
      roles: ['admin'],
      personalAccessToken: { bypassTwoFactor: true },
    });
    return { nobody: undefined, ordinary, administrator };
  }

  async function send(request: HostileRequest): Promise<RawAnswer> {
    const { host } = new URL(app.url);
    const own = Object.entries(callers[request.caller]?.headers ?? {});
    const headers: HostileRequest['headers'] = [
      ['host', host],
      ['connection', 'close'],
      ...own,
      ...request.headers,
    ];
    const began = performance.now();
    const answer = await sendRaw(new URL(app.url), { ...request, headers }, PATIENCE_MS);
    const ms = performance.now() - began;
    if (ms > slowest.ms)
      slowest = { ms, request: `${request.method} ${request.target.slice(0, 80)}` };
    return answer;
  }

  function check(request: HostileRequest, answer: RawAnswer): void {
    const what = `${request.caller}: ${request.method} ${request.target.slice(0, 300)}`;
    if (!answer) throw new Error(`No answer to ${what}`);
    if (answer.status >= 500) throw new Error(`${answer.status} to ${what}: ${answer.text}`);
    if (request.caller !== 'administrator' && answer.text.includes(THEIRS)) {
      throw new Error(`Somebody else's data to ${what}: ${answer.text}`);
    }
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const [path = ''] = request.target.split('?');
    if (/^[\w./]+$/.test(path)) checkAnswer(request.method, app.url + path, answer);
  }

  it.each(sharesOf(REQUESTS))(
    `get a documented refusal or the caller's own data: %d to every route`,
    async (share) => {
      const session = await app.workspace.createSession({
        host: THEIRS,
        device: {
          type: 'browser',
          name: THEIRS,
          longVersion: '1',
          os: { name: THEIRS },
          version: '1',
        },
      });
      const other = await app.workspace.createUser({
        fields: { name: THEIRS, username: THEIRS },
      });
      const words = [String(session.sessionId), String(session.userId), other.id, 'admin', 'user'];
      const request = hostileRequests(describeApi(app.app), { words });
      const batch = fc.array(request, { minLength: AT_ONCE, maxLength: AT_ONCE });
      await fc.assert(
        fc.asyncProperty(batch, async (requests) => {
          if (++sent % 20 === 0) callers = await newCallers();
          for (const each of requests) check(each, await send(each));
        }),
        { numRuns: Math.ceil(share / AT_ONCE), endOnFailure: false },
      );
      expect(sent * AT_ONCE).toBeGreaterThanOrEqual(share);
      // Not only the first check refuses them.
      expect([...statuses.keys()]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404]));
      process.stdout.write(`${inspect(statuses)}\n`);
      process.stdout.write(`The slowest: ${Math.round(slowest.ms)} ms, ${slowest.request}\n`);
    },
    FOREVER_MS,
  );
});

function sharesOf(total: number): number[] {
  const whole = Array.from({ length: Math.floor(total / TO_ONE) }, () => TO_ONE);
  const rest = total % TO_ONE;
  return rest > 0 ? [...whole, rest] : whole;
}
