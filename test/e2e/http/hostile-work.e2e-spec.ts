import { request } from 'node:http';
import { TestApp } from '../../support/app';
import { HttpAnswer, HttpCall } from '../../support/http';
import { TestUser } from '../../support/workspace';

/** What of a request line and of headers Node reads, less what else a request needs. */
const HEADER_ROOM = 15_000;
/** A body of 64 kB, to the byte. */
const BODY_ROOM = 64 * 1024;
/** Generous: each of the requests takes a few milliseconds. What this guards against took seconds. */
const WORST_MS = 250;
/** The machine may be busy with other things; a request that blocks everybody does so every time. */
const ATTEMPTS = 4;

const PASSWORD = 'correct horse';
const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** As often as fits. */
const fill = (text: string, room: number): string => text.repeat(Math.floor(room / text.length));
const many = (room: number, item: (index: number) => string, between = ''): string => {
  let text = '';
  for (let index = 0; text.length + 30 < room; index++) text += between + item(index);
  return text.slice(between.length);
};

describe('the largest hostile input', () => {
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

  /** Sends it as it is: a path that `URL` would tidy up as well. */
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

  /** How long the neighbour waited at worst, while the hostile requests were served one after the other. */
  const neighbourDuring = async (hostile: (() => Promise<number>)[]): Promise<number> => {
    let isOver = false;
    let worst = 0;
    const neighbour = async (): Promise<void> => {
      while (!isOver) {
        const begun = performance.now();
        await raw('/api/v1/nothing');
        worst = Math.max(worst, performance.now() - begun);
      }
    };
    const waiting = neighbour();
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
      best = Math.min(best, await neighbourDuring(hostile));
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
    ['one name again and again', fill('a&', HEADER_ROOM)],
    ['nothing again and again', fill('&', HEADER_ROOM)],
    ['a parameter again and again', fill('sessionId=x&', HEADER_ROOM)],
    ['brackets', fill('sessionId[a][b]=&', HEADER_ROOM)],
    ['an opened bracket and no end', `a${fill('[', HEADER_ROOM)}`],
    ['other names', many(HEADER_ROOM, String, '&')],
    ['names that are numbers', many(HEADER_ROOM, (index) => String(index * 65_536), '&')],
    ['halves of escapes', fill('%', HEADER_ROOM)],
    ['escapes', fill('%f0%9f', HEADER_ROOM)],
    ['plus signs', fill('+', HEADER_ROOM)],
  ])('as a query string costs nobody else anything: %s', async (_case, query) => {
    await expectHarmless(
      () => get(`/api/v1/me?${query}`),
      () => get(`/api/v1/sessions/info?${query}`),
    );
  });

  it.each<[string, string]>([
    ['one name again and again', fill('a&', BODY_ROOM)],
    ['a field again and again', fill('user=x&', BODY_ROOM)],
    ['brackets', fill('user[a]=&', BODY_ROOM)],
    ['names that are numbers', many(BODY_ROOM, (index) => String(index * 65_536), '&')],
    ['escapes', fill('%', BODY_ROOM)],
    ['one long name', `user=${'x'.repeat(BODY_ROOM - 20)}&password=x`],
  ])('as a login form: %s', async (_case, body) => {
    await expectHarmless(
      () => post('/api/v1/login', FORM_TYPE, body),
      () => post('/api/v1/sessions/logout', FORM_TYPE, body),
    );
  });

  it.each<[string, string]>([
    ['lists in lists', fill('[', BODY_ROOM)],
    ['lists in lists, closed', fill('[', BODY_ROOM / 2) + fill(']', BODY_ROOM / 2)],
    ['objects in objects', fill('{"a":', BODY_ROOM)],
    ['other names', `{${many(BODY_ROOM - 2, (index) => `"n${index}":0`, ',')}}`],
    ['names that are numbers', `{${many(BODY_ROOM - 2, (n) => `"${n * 65_536}":0`, ',')}}`],
    ['one name again and again', `{${many(BODY_ROOM - 2, () => '"sessionId":0', ',')}}`],
    ['a long list', `{"sessionId":[${many(BODY_ROOM - 20, () => '0', ',')}]}`],
    ['many lists', `[${many(BODY_ROOM - 2, () => '[]', ',')}]`],
    ['a long number', `{"sessionId":${fill('1', BODY_ROOM - 20)}}`],
    ['a long text', `{"sessionId":"${fill('a', BODY_ROOM - 20)}"}`],
    ['an endless text', `{"sessionId":"${fill('\\"', BODY_ROOM - 20)}`],
    ['escapes', `{"sessionId":"${fill('\\u0000', BODY_ROOM - 20)}"}`],
    ['poison and blanks', `{${fill('"__proto__"      ', BODY_ROOM - 20)}`],
    ['blanks', fill(' ', BODY_ROOM)],
    ['what is too large', fill(' ', 4 * BODY_ROOM)],
  ])('as JSON: %s', async (_case, body) => {
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
    ['a filter of points', { filter: fill('.', HEADER_ROOM) }],
    ['a filter of brackets', { filter: fill('(', HEADER_ROOM / 3) }],
    ['a filter of other letters', { filter: fill('\u0130', HEADER_ROOM / 6) }],
    ['a count of digits', { count: fill('1', HEADER_ROOM) }],
    ['a count of digits and a letter', { count: `${fill('1', HEADER_ROOM)}x` }],
    ['an offset of fractions', { offset: `${fill('1.', HEADER_ROOM)}x` }],
  ])('as a parameter of a list: %s', async (_case, parameters) => {
    const query = new URLSearchParams(parameters).toString();
    await expectHarmless(
      () => get(`/api/v1/sessions/list?${query}`),
      () => get(`/api/v1/sessions/list.all?${query}`),
    );
  });

  it.each<[string, string]>([
    ['slashes', fill('/', HEADER_ROOM)],
    ['points', `/api-docs/${fill('../', HEADER_ROOM)}`],
    ['names', fill('/a', HEADER_ROOM)],
    ['escapes', `/${fill('%41', HEADER_ROOM)}`],
    ['escaped escapes', `/${fill('%2525', HEADER_ROOM)}`],
    ['halves of escapes', `/${fill('%', HEADER_ROOM)}`],
    ['escapes that are no text', `/${fill('%ff', HEADER_ROOM)}`],
    ['a route and more', `/api/v1/me${fill('/', HEADER_ROOM)}`],
    ['semicolons', `/api/v1/me${fill(';', HEADER_ROOM)}`],
  ])('as a path: %s', async (_case, path) => {
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
  ])('as the header %s (%#)', async (header, value) => {
    const headers = { 'content-type': JSON_TYPE, [header]: value };
    const body = JSON.stringify({ user: name, password: PASSWORD });
    const hostile = { headers: { [header]: value } };
    await expectHarmless(
      () => status(app.login(body, headers)),
      () => get('/api/v1/sessions/info.admin?sessionId=x', hostile),
      () => get('/api-docs/swagger-ui.css', hostile),
    );
  });

  it('as headers that nobody sends: refused before anything else', async () => {
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
