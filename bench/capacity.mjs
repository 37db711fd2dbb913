// npm run bench:capacity: what each kind of request costs the service and the database, and what is stored, in one short run.
//   TEST_MONGODB_URI   a server to measure on (a fresh database is created and dropped); default: the embedded engine,
//                      which tells no sizes and has no follower
//   SESSIONS      how many session documents (default 20,000)
//   SECONDS       of load for each kind of request (default 3)
//   CONNECTIONS   at a time (default 8)
//   EVENTS        how many logins, logouts, renewals and changes by another program (default 200)
//   JSON_FILE     where to write the figures as JSON beside the tables
import '../scripts/prepare.mjs';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg } from 'node:os';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import autocannon from 'autocannon';
import { hash } from 'bcrypt';
import { openDatabase } from './database.mjs';
import { hashToken, newId, userDocument } from './people.mjs';
import { cpuOf, residentOf } from './process-figures.mjs';
import { count, describeRun, table } from './report.mjs';
import { seed } from './seed.mjs';
import { commandsBetween, quantileBetween, requestsBetween, scrape } from './service-metrics.mjs';
import { startService } from './service.mjs';

const SESSIONS = Number(process.env.SESSIONS ?? 20_000);
const SECONDS = Number(process.env.SECONDS ?? 3);
const CONNECTIONS = Number(process.env.CONNECTIONS ?? 8);
const EVENTS = Number(process.env.EVENTS ?? 200);
const { JSON_FILE } = process.env;
const API = '/api/v1/';
const PASSWORD = 'correct horse battery staple';
/** What a login, a logout and a renewal are served to at a time. */
const AT_ONCE = 4;
const DAY_MS = 24 * 60 * 60 * 1000;
const PATIENCE_MS = 60_000;

const database = await openDatabase();
const { db } = database;
console.error(`Seeding ${count(SESSIONS)} session documents …`);
const { admin, bypassing, sessionIds } = await seed(db, SESSIONS);
const port = await freePort();
const start = () =>
  startService(database.uri, { MANAGEMENT_PORT: String(port), LOG_LEVEL: 'warn' });
let service = await start();
const managementUrl = `http://127.0.0.1:${port}`;
const metrics = () => scrape(managementUrl);
await until(async () => {
  const record = await db.collection('ws_session_index').findOne({});
  return !process.env.TEST_MONGODB_URI || record?.isBuilt;
});

/** Sends this request again and again. */
async function load({ name, path, headers, body }) {
  const next = () => ({ path: API + path(), headers: headers() });
  const run = (duration) =>
    autocannon({
      url: service.url,
      connections: CONNECTIONS,
      duration,
      requests: [{ setupRequest: (template) => ({ ...template, ...next(), ...body }) }],
    });
  await run(1);
  await wait(500);
  const [before, cpu] = [await metrics(), await cpuOf(service.pid)];
  const result = await run(SECONDS);
  await wait(500);
  const [after, used] = [await metrics(), (await cpuOf(service.pid)) - cpu];
  if (result.non2xx + result.errors > 0) throw new Error(`${name}: not every answer was 2xx.`);
  const route = `${API}${path().split('?')[0]}`;
  // Also those that the load left at its end.
  const requests = requestsBetween(before, after, route);
  const server = (share) => quantileBetween(before, after, route, share) * 1000;
  return {
    name,
    rate: result.requests.average,
    client: { p50: result.latency.p50, p99: result.latency.p99 },
    server: { p50: server(0.5), p99: server(0.99) },
    cpuUs: used / requests,
    memoryMiB: await residentOf(service.pid),
    commands: perOne(commandsBetween(before, after), requests),
  };
}

/** Does something so many times, and waits for what it causes. */
async function observe(name, act, settled = () => wait(2500)) {
  const [before, cpu, begun] = [await metrics(), await cpuOf(service.pid), performance.now()];
  const numbers = Array.from({ length: EVENTS }, (_, n) => n);
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let n = numbers.pop(); n !== undefined; n = numbers.pop()) await act(n);
  });
  await Promise.all(workers);
  const seconds = (performance.now() - begun) / 1000;
  await settled();
  const commands = perOne(commandsBetween(before, await metrics()), EVENTS);
  const cpuUs = ((await cpuOf(service.pid)) - cpu) / EVENTS;
  return { name, rate: EVENTS / seconds, cpuUs, commands };
}

/** Rarer than once in twenty: the follower's signs of life, and what is cached. */
function perOne(commands, times) {
  const each = [...commands].map(([name, sent]) => [name, sent / times]);
  return Object.fromEntries(each.filter(([, sent]) => sent >= 0.05).sort(([, a], [, b]) => b - a));
}

async function call(path, headers, body) {
  const answer = await fetch(`${service.url}${API}${path}`, {
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path} answers ${answer.status}: ${text}`);
  return JSON.parse(text);
}

const anyId = () => sessionIds[Math.floor(Math.random() * sessionIds.length)];
const withToken = () => bypassing.headers;
const loads = [];
for (const one of [
  { name: '`me`', path: () => 'me', headers: withToken },
  {
    name: '`info.admin`',
    path: () => `sessions/info.admin?sessionId=${anyId()}`,
    headers: withToken,
  },
  {
    name: '`info.admin`, TOTP code',
    path: () => `sessions/info.admin?sessionId=${anyId()}`,
    headers: () => admin.headersWithCode(),
  },
  { name: '`list.all`, first page', path: () => 'sessions/list.all', headers: withToken },
  {
    name: '`list.all`, an address',
    path: () => 'sessions/list.all?filter=10.0.3.77',
    headers: withToken,
  },
  { name: '`history`', path: () => 'sessions/history', headers: withToken },
]) {
  loads.push(await load(one));
  console.error(loads.at(-1).name);
}

// People who sign in.
const digest = createHash('sha256').update(PASSWORD).digest('hex');
const bcrypt = await hash(digest, 10);
const people = Array.from({ length: EVENTS }, (_, n) => {
  const person = userDocument(`person-${n}`, ['user']);
  person.services.password = { bcrypt };
  return person;
});
await db.collection('users').insertMany(people);
const signedIn = [];
const events = [];
events.push(
  await observe('login', async (n) => {
    const { data } = await call('login', {}, { user: `person-${n}`, password: PASSWORD });
    signedIn.push({ 'x-user-id': data.userId, 'x-auth-token': data.authToken });
  }),
);
// As if they had last been here three days ago.
const tokens = signedIn.map((headers) => hashToken(headers['x-auth-token']));
const back = new Date(Date.now() - 3 * DAY_MS);
await db
  .collection('rocketchat_sessions')
  .updateMany({ loginToken: { $in: tokens } }, { $set: { createdAt: back, lastActivityAt: back } });
const ids = people.map(({ _id }) => _id);
const path = 'services.resume.loginTokens.$[].when';
await db.collection('users').updateMany({ _id: { $in: ids } }, { $set: { [path]: back } });
// A process remembers whom it has seen today.
await service.stop();
service = await start();
await wait(5000);
events.push(await observe('first request of a day', (n) => call('me', signedIn[n])));
events.push(await observe('logout by its owner', (n) => call('logout', signedIn[n], {})));
events.push(
  await observe('`sessions/logout` by an administrator', (n) =>
    call('sessions/logout', bypassing.headers, { sessionId: sessionIds[n * 7] }),
  ),
);
if (process.env.TEST_MONGODB_URI) {
  const [example] = await db.collection('rocketchat_sessions').find().limit(1).toArray();
  const made = Array.from({ length: EVENTS }, () => hashToken(newId()));
  const untilFollowed = () =>
    until(async () => {
      const found = { token: { $in: made }, 'at.loginAt': { $gt: '' } };
      return (await db.collection('ws_live_sessions').countDocuments(found)) === EVENTS;
    });
  events.push(
    await observe(
      'login in Rocket.Chat, followed',
      (n) =>
        db.collection('rocketchat_sessions').insertOne({
          ...example,
          ...{ _id: newId(), sessionId: newId(), loginToken: made[n], logoutAt: null },
        }),
      untilFollowed,
    ),
  );
}

const stored = [];
for (const name of [
  'rocketchat_sessions',
  'ws_live_sessions',
  'ws_session_endings',
  'ws_audit',
  'ws_rate_limits',
  'ws_second_factors',
]) {
  const sizes = await db.command({ collStats: name }).catch(() => undefined);
  if (!sizes?.count || sizes.totalIndexSize === undefined) continue;
  const { count: documents, avgObjSize, storageSize, totalIndexSize } = sizes;
  const per = (bytes) => Math.round(bytes / documents);
  stored.push({
    ...{ name, documents, bson: avgObjSize },
    ...{ storage: per(storageSize), indexes: per(totalIndexSize) },
  });
}

const told = (commands) =>
  Object.entries(commands)
    .map(([name, sent]) => `${sent.toFixed(sent < 0.995 ? 2 : 1)} ${name.replace(/ none$/, '')}`)
    .join(', ');
const [load1] = loadavg();
const setting = `${describeRun(database)}, ${count(SESSIONS)} session documents, ${CONNECTIONS} connections, load ${load1.toFixed(1)}`;
console.log(`\n${setting}\n`);
console.log(
  table(
    ['', 'requests/s', 'client p50', 'p99 ms', 'service p50', 'p99 ms', 'CPU µs', 'per core and s'],
    loads.map(({ name, rate, client, server, cpuUs }) => [
      ...[name, count(rate), client.p50, client.p99],
      ...[server.p50.toFixed(1), server.p99.toFixed(1), count(cpuUs), count(1e6 / cpuUs)],
    ]),
  ),
);
console.log(`\nMemory at last: ${count(loads.at(-1).memoryMiB)} MiB\n`);
console.log(
  table(
    ['', 'statements for each'],
    [...loads, ...events].map(({ name, commands }) => [name, told(commands)]),
  ),
);
console.log();
console.log(
  table(
    ['', 'writes for each', 'all statements', 'CPU µs'],
    events.map(({ name, commands, cpuUs }) => {
      const sum = (names) => names.reduce((total, one) => total + commands[one], 0).toFixed(1);
      const all = Object.keys(commands);
      return [name, sum(all.filter(isWrite)), sum(all), count(cpuUs)];
    }),
  ),
);
if (stored.length > 0) {
  console.log();
  console.log(
    table(
      ['', 'documents', 'BSON', 'stored', 'indexes, bytes for each'],
      stored.map(({ name, documents, bson, storage, indexes }) =>
        [`\`${name}\``, documents, bson, storage, indexes].map((one, i) =>
          i === 0 ? one : count(one),
        ),
      ),
    ),
  );
}
if (JSON_FILE) {
  writeFileSync(JSON_FILE, `${JSON.stringify({ setting, loads, events, stored }, null, 2)}\n`);
}
await service.stop();
await database.close();

function isWrite(name) {
  return /^(insert|update|delete|findAndModify) /.test(name);
}

async function until(isTrue) {
  const end = performance.now() + PATIENCE_MS;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('It does not come about.');
    await wait(200);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: free } = server.address();
  server.close();
  await once(server, 'close');
  return free;
}
