// npm run bench: the cost of info.admin, layer by layer, in one run on one machine. Quote the ratios.
//   TEST_MONGODB_URI   a server to measure on (a fresh database is created and dropped); default: the embedded engine
//   SESSIONS   how many session documents (default 100,000)
//   ROUNDS     of all cases, in turns (default 5)     SECONDS   per case and round (default 3)
//   JSON       a file for the figures
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import '../scripts/prepare.mjs';
import { startBareFastify, startBareNest, startBareReads } from './baselines.mjs';
import { openDatabase } from './database.mjs';
import { compareCpu, measureInTurns } from './measure.mjs';
import { userWithToken } from './people.mjs';
import { count, describeRun, table } from './report.mjs';
import { seed } from './seed.mjs';
import { startService } from './service.mjs';
import { untilIndexed } from './session-index.mjs';

const SESSIONS = Number(process.env.SESSIONS ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const SECONDS = Number(process.env.SECONDS ?? 3);
/** Of everything on with audit and metrics off: short turns, so that both meet the same machine. */
const COMPARISONS = 40;
const AT_A_TIME = 800;
const PATH = '/api/v1/sessions/info.admin';
/** The limit on requests would end the measurement. */
const AS_DEPLOYED = { RATE_LIMIT_PER_MINUTE: '0', LOG_FORMAT: 'json' };
const WITH_METRICS = { ...AS_DEPLOYED, MANAGEMENT_PORT: '0' };
const WITHOUT_AUDIT = ['--require', fileURLToPath(new URL('./without-audit.cjs', import.meta.url))];

const database = await openDatabase();
console.log(`Seeding ${count(SESSIONS)} session documents …`);
const { admin, bypassing, sessionIds } = await seed(database.db, SESSIONS);
// Parallel requests with one token share reads; these do not.
const many = Array.from({ length: 100 }, (_, i) =>
  userWithToken(`script-${i}`, ['admin'], {
    type: 'personalAccessToken',
    createdAt: new Date(),
    lastTokenPart: '',
    name: 'script',
    bypassTwoFactor: true,
  }),
);
await database.db.collection('users').insertMany(many.map(({ document }) => document));
// The first service of a workspace builds the index of its sessions, for minutes: that is no part of a look-up.
const first = await startService(database.uri, AS_DEPLOYED);
await untilIndexed(database.db);
await first.stop();
const service = await startService(database.uri, AS_DEPLOYED);
const everything = await startService(database.uri, WITH_METRICS);
const unaudited = await startService(database.uri, AS_DEPLOYED, WITHOUT_AUDIT);
const look = { headers: bypassing.headers };
const answer = await fetch(`${service.url}${PATH}?sessionId=${sessionIds[0]}`, look);
if (answer.status !== 200) throw new Error(`The service answers ${answer.status}.`);
const body = await answer.json();
const fastify = await startBareFastify(PATH, body);
const nest = await startBareNest(PATH, body);
const reads = await startBareReads(PATH, database.uri);
const bare = await fetch(`${reads.url}${PATH}?sessionId=${sessionIds[0]}`, look);
if (!isDeepStrictEqual(await bare.json(), body))
  throw new Error('The bare reads answer otherwise.');

/** Each request asks for another session, so that database caches do not flatter the result. */
const anySession = (headers) => () => {
  const id = sessionIds[Math.floor(Math.random() * sessionIds.length)];
  return { path: `${PATH}?sessionId=${id}`, headers: headers() };
};
/** A code is computed once a second: that work is not the service's, but it shares its processors. */
function codes({ headersWithCode }) {
  let [headers, second] = [];
  return () => {
    const now = Math.floor(Date.now() / 1000);
    if (second !== now) [headers, second] = [headersWithCode(), now];
    return headers;
  };
}
function inTurns(people) {
  let turn = 0;
  return () => people[turn++ % people.length].headers;
}
const withToken = anySession(() => bypassing.headers);
const cases = [
  { name: '(a) bare Fastify, same body', ...fastify, request: anySession(() => ({})) },
  { name: '(b) the same in Nest, no guard', ...nest, request: anySession(() => ({})) },
  { name: '(c) bare Fastify and driver, same reads', ...reads, request: withToken },
  { name: '(d) info.admin, bypassing token', ...service, request: withToken },
  {
    name: '(e) info.admin, TOTP code',
    ...service,
    request: anySession(codes(admin)),
  },
  { name: '(f) as (d), with metrics', ...everything, request: withToken },
  { name: '(g) as (d), without audit', ...unaudited, request: withToken },
  { name: '(h) as (d), 100 tokens in turns', ...service, request: anySession(inTurns(many)) },
];

const rows = await measureInTurns(cases, ROUNDS, SECONDS);
const [, , reference] = rows;
const [, , , , , withAll, withoutAudit] = cases;
const compared = await compareCpu([withAll, withoutAudit], COMPARISONS, AT_A_TIME);
const costOfAll = compared[0] / compared[1];

console.log(`\n${describeRun(database)}, ${count(SESSIONS)} session documents\n`);
console.log(
  table(
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'CPU µs', 'memory MiB', 'requests/s, (c) = 1'],
    rows.map(({ name, rate, p50, p99, cpu, memory }) => [
      name,
      count(rate),
      p50,
      p99,
      count(cpu),
      count(memory),
      (rate / reference.rate).toFixed(3),
    ]),
  ),
);
const [on, off] = compared.map((cpu) => `${count(cpu)} µs`);
console.log(
  `\nCPU of (f), everything on, and of (g), in ${COMPARISONS} turns of ${AT_A_TIME} requests: ${on} and ${off}, ${costOfAll.toFixed(3)} times as much`,
);
if (process.env.JSON) {
  const run = { of: describeRun(database), sessions: SESSIONS, rounds: ROUNDS, seconds: SECONDS };
  await writeFile(
    process.env.JSON,
    `${JSON.stringify({ ...run, rows, compared, costOfAll }, null, 2)}\n`,
  );
}

for (const { stop } of [fastify, nest, reads, service, everything, unaudited]) await stop();
await database.close();
