import { request } from 'node:http';
import { TestApp } from '../../support/app';
import { HttpAnswer, HttpCall } from '../../support/http';
import { TestUser } from '../../support/workspace';

/** The request line and headers that Node accepts, less what every request needs. */
const HEADER_ROOM = 15_000;
/** The largest accepted body. */
const BODY_ROOM = 64 * 1024;
/** Generous: each request takes a few milliseconds. The attacks that this guards against took seconds. */
const WORST_MS = 250;
/** The machine may be busy with other things; a request that blocks the service does so every time. */
const ATTEMPTS = 4;

const PASSWORD = 'correct horse';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** Repeats the text as often as it fits. */
const fill = (text: string, room: number): string => text.repeat(Math.floor(room / text.length));
const many = (room: number, item: (index: number) => string, between = ''): string => {
  let text = '';
  for (let index = 0; text.length + 30 < room; index++) text += between + item(index);
  return text.slice(between.length);
};

describe('the service under the largest hostile requests', () => {
  let app: TestApp;
  let admin: TestUser;
  let name: string;

  beforeAll(async () => {
    app = await TestApp.start({ TRUSTED_PROXY_COUNT: '10' });
    admin = await app.workspace.createUser({
      personalAccessToken: { bypassTwoFactor: true },
      password: PASSWORD,
      totp: false,
    });
    name = `user-${admin.id}`;
    for (let index = 0; index < 200; index++) await app.workspace.createSession();
  });
  afterAll(() => app.close());

  /** Sends the path unchanged, even one that `URL` would normalise. */
  const raw = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const { hostname, port } = new URL(app.url);
      const outgoing = request({ hostname, port, path, agent: false }, (response) => {
        response.resume();
        response.on('end', () => {
          resolve(response.statusCode ?? 0);
        });
      });
      outgoing.on('error', reject);
      outgoing.end();
    });

  /** The longest time in ms that another client waited while the hostile requests were served in turn. */
  const longestWaitDuring = async (hostile: (() => Promise<number>)[]): Promise<number> => {
    let isOver = false;
    let worst = 0;
    const otherClient = async (): Promise<void> => {
      while (!isOver) {
        const begun = performance.now();
        await raw('/api/v1/nothing');
        worst = Math.max(worst, performance.now() - begun);
      }
    };
    const waiting = otherClient();
    const statuses: number[] = [];
    for (const ask of hostile) statuses.push(await ask());
    isOver = true;
    await waiting;
    for (const status of statuses) {
      expect([200, 206, 400, 401, 403, 404, 413, 431]).toContain(status);
    }
    return worst;
  };

  const expectHarmless = async (...hostile: (() => Promise<number>)[]): Promise<void> => {
    let best = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && best >= WORST_MS; attempt++) {
      best = Math.min(best, await longestWaitDuring(hostile));
    }
    expect(best).toBeLessThan(WORST_MS);
  };

  const status = async (answer: Promise<HttpAnswer>): Promise<number> => (await answer).status;
  const post = (path: string, type: string, body: string): Promise<number> =>
    status(
      app.call(path, { method: 'POST', headers: { ...admin.headers, 'content-type': type }, body }),
    );
  const get = (path: string, options: HttpCall = {}): Promise<number> =>
    status(app.call(path, { ...options, headers: { ...admin.headers, ...options.headers } }));

  it.each<[string, string]>([
    ['one repeated name', fill('a&', HEADER_ROOM)],
    ['repeated separators', fill('&', HEADER_ROOM)],
    ['a repeated parameter', fill('sessionId=x&', HEADER_ROOM)],
    ['brackets', fill('sessionId[a][b]=&', HEADER_ROOM)],
    ['unclosed brackets', `a${fill('[', HEADER_ROOM)}`],
    ['distinct names', many(HEADER_ROOM, String, '&')],
    ['numeric names', many(HEADER_ROOM, (index) => String(index * 65_536), '&')],
    ['incomplete escapes', fill('%', HEADER_ROOM)],
    ['escapes', fill('%f0%9f', HEADER_ROOM)],
    ['plus signs', fill('+', HEADER_ROOM)],
  ])('does not delay other clients with a query string of %s', async (_case, query) => {
    await expectHarmless(
      () => get(`/api/v1/me?${query}`),
      () => get(`/api/v1/sessions/info?${query}`),
    );
  });

  it.each<[string, string]>([
    ['one repeated name', fill('a&', BODY_ROOM)],
    ['a repeated field', fill('user=x&', BODY_ROOM)],
    ['brackets', fill('user[a]=&', BODY_ROOM)],
    ['numeric names', many(BODY_ROOM, (index) => String(index * 65_536), '&')],
    ['escapes', fill('%', BODY_ROOM)],
    ['one long name', `user=${'x'.repeat(BODY_ROOM - 20)}&password=x`],
  ])('does not delay other clients with a login form of %s', async (_case, body) => {
    await expectHarmless(
      () => post('/api/v1/login', FORM_TYPE, body),
      () => post('/api/v1/sessions/logout', FORM_TYPE, body),
    );
  });

  it.each<[string, string]>([
    ['nested lists', fill('[', BODY_ROOM)],
    ['closed nested lists', fill('[', BODY_ROOM / 2) + fill(']', BODY_ROOM / 2)],
    ['nested objects', fill('{"a":', BODY_ROOM)],
    ['distinct names', `{${many(BODY_ROOM - 2, (index) => `"n${index}":0`, ',')}}`],
    ['numeric names', `{${many(BODY_ROOM - 2, (n) => `"${n * 65_536}":0`, ',')}}`],
    ['one repeated name', `{${many(BODY_ROOM - 2, () => '"sessionId":0', ',')}}`],
    ['a long list', `{"sessionId":[${many(BODY_ROOM - 20, () => '0', ',')}]}`],
    ['many lists', `[${many(BODY_ROOM - 2, () => '[]', ',')}]`],
    ['a long number', `{"sessionId":${fill('1', BODY_ROOM - 20)}}`],
    ['a long text', `{"sessionId":"${fill('a', BODY_ROOM - 20)}"}`],
    ['an unterminated text', `{"sessionId":"${fill('\\"', BODY_ROOM - 20)}`],
    ['escapes', `{"sessionId":"${fill('\\u0000', BODY_ROOM - 20)}"}`],
    ['__proto__ keys and blanks', `{${fill('"__proto__"      ', BODY_ROOM - 20)}`],
    ['blanks', fill(' ', BODY_ROOM)],
    ['more than the limit', fill(' ', 4 * BODY_ROOM)],
  ])('does not delay other clients with a JSON body of %s', async (_case, body) => {
    await expectHarmless(
      () => post('/api/v1/login', JSON_TYPE, body),
      () => post('/api/v1/sessions/logout.me', JSON_TYPE, body),
      () => post('/api/v1/nothing', JSON_TYPE, body),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['a sort of lists', { sort: fill('[', HEADER_ROOM / 3) }],
    ['a sort of objects', { sort: fill('{"":', HEADER_ROOM / 10) }],
    ['a sort of names', { sort: `{${many(HEADER_ROOM / 3, (n) => `"${n}":1`, ',')}}` }],
    ['a sort by one name', { sort: `{${many(HEADER_ROOM / 3, () => '"loginAt":1', ',')}}` }],
    ['a filter', { filter: fill('a', HEADER_ROOM) }],
    ['a filter of dots', { filter: fill('.', HEADER_ROOM) }],
    ['a filter of brackets', { filter: fill('(', HEADER_ROOM / 3) }],
    ['a filter of non-ASCII letters', { filter: fill('\u0130', HEADER_ROOM / 6) }],
    ['a count of digits', { count: fill('1', HEADER_ROOM) }],
    ['a count of digits and a letter', { count: `${fill('1', HEADER_ROOM)}x` }],
    ['an offset of fractions', { offset: `${fill('1.', HEADER_ROOM)}x` }],
  ])('does not delay other clients with %s as a list parameter', async (_case, parameters) => {
    const query = new URLSearchParams(parameters).toString();
    await expectHarmless(
      () => get(`/api/v1/sessions/list?${query}`),
      () => get(`/api/v1/sessions/list.all?${query}`),
    );
  });

  it.each<[string, string]>([
    ['slashes', fill('/', HEADER_ROOM)],
    ['dot segments', `/api-docs/${fill('../', HEADER_ROOM)}`],
    ['segments', fill('/a', HEADER_ROOM)],
    ['escapes', `/${fill('%41', HEADER_ROOM)}`],
    ['escaped escapes', `/${fill('%2525', HEADER_ROOM)}`],
    ['incomplete escapes', `/${fill('%', HEADER_ROOM)}`],
    ['escapes that are not UTF-8', `/${fill('%ff', HEADER_ROOM)}`],
    ['a route with trailing slashes', `/api/v1/me${fill('/', HEADER_ROOM)}`],
    ['semicolons', `/api/v1/me${fill(';', HEADER_ROOM)}`],
  ])('does not delay other clients with a path of %s', async (_case, path) => {
    await expectHarmless(() => raw(path));
  });

  it.each<[string, string]>([
    ['x-forwarded-for', fill(',', HEADER_ROOM)],
    ['x-forwarded-for', fill(':1,', HEADER_ROOM)],
    ['x-forwarded-for', `${fill('[', HEADER_ROOM)},1,2,3,4,5,6,7,8,9`],
    ['x-forwarded-for', `1.1.1.1${fill(':1', HEADER_ROOM)}`],
    ['user-agent', fill(' ', HEADER_ROOM)],
    ['user-agent', fill('a/1 ', HEADER_ROOM)],
    ['user-agent', fill('Mozilla/5.0 (', HEADER_ROOM)],
    ['user-agent', `Mozilla/5.0 (Linux; Android ${fill('10; ', HEADER_ROOM)}`],
    ['user-agent', fill('Version/1.', HEADER_ROOM)],
    ['user-agent', fill('RC Mobile; iOS 1; v1.', HEADER_ROOM)],
    ['user-agent', `Electron/ Rocket.Chat/${fill('1.', HEADER_ROOM)}`],
    ['cookie', fill('a=b; ', HEADER_ROOM)],
    ['cookie', fill(';', HEADER_ROOM)],
    ['host', fill('a.', HEADER_ROOM)],
    ['host', fill('[', HEADER_ROOM)],
    ['host', fill(':1', HEADER_ROOM)],
    ['origin', `https://${fill('a.', HEADER_ROOM)}`],
    ['sec-fetch-site', fill('same-origin,', HEADER_ROOM)],
    ['x-2fa-code', fill('1', HEADER_ROOM)],
    ['x-2fa-code', fill('- ', HEADER_ROOM)],
    ['x-2fa-method', fill('totp', HEADER_ROOM)],
    ['x-auth-token', fill('a', HEADER_ROOM)],
    ['x-user-id', fill('a', HEADER_ROOM)],
    ['content-type', `application/json${fill(' ', HEADER_ROOM)};`],
    ['content-type', `application/json${fill(';a="\\"', HEADER_ROOM)}`],
    ['content-type', fill('a/', HEADER_ROOM)],
    ['accept', fill('*/*,', HEADER_ROOM)],
    ['range', `bytes=${fill('0-,', HEADER_ROOM)}`],
    ['if-none-match', fill('"a",', HEADER_ROOM)],
    ['transfer-encoding', 'chunked'],
  ])('does not delay other clients with the header %s (case %#)', async (header, value) => {
    const headers = { 'content-type': JSON_TYPE, [header]: value };
    const body = JSON.stringify({ user: name, password: PASSWORD });
    const hostile = { headers: { [header]: value } };
    await expectHarmless(
      () => status(app.login(body, headers)),
      () => get('/api/v1/sessions/info.admin?sessionId=x', hostile),
      () => get('/api-docs/swagger-ui.css', hostile),
    );
  });

  it('answers 431 to too many headers', async () => {
    const headers = Object.fromEntries(Array.from({ length: 150 }, (_, n) => [`x-${n}`, 'a']));
    const answer = await app.call('/api/v1/me', { headers });
    expect(answer).toMatchObject({
      status: 431,
      text: '{"success":false,"error":"Request Header Fields Too Large"}',
    });
    const repeated = { headers: { x: Array<string>(2400).fill('a') } };
    await expectHarmless(() => get('/api/v1/me', repeated));
  });
});
