// npm run bench: the cost of info.admin, layer by layer, in one run on one machine. Quote the ratios.
//   TEST_MONGODB_URI   a server to measure on (a fresh database is created and dropped); default: the embedded engine
//   SESSIONS      how many session documents (default 100,000)     SECONDS   per measurement (default 8)
import '../scripts/prepare.mjs';
import { startBareFastify, startBareNest } from './baselines.mjs';
import { openDatabase } from './database.mjs';
import { measure } from './measure.mjs';
import { count, describeRun, table } from './report.mjs';
import { seed } from './seed.mjs';
import { startService } from './service.mjs';

const SESSIONS = Number(process.env.SESSIONS ?? 100_000);
const SECONDS = Number(process.env.SECONDS ?? 8);
const PATH = '/api/v1/sessions/info.admin';

const database = await openDatabase();
console.log(`Seeding ${count(SESSIONS)} session documents …`);
const { admin, bypassing, sessionIds } = await seed(database.db, SESSIONS);
const service = await startService(database.uri);
const answer = await fetch(`${service.url}${PATH}?sessionId=${sessionIds[0]}`, {
  headers: bypassing.headers,
});
if (answer.status !== 200) throw new Error(`The service answers ${answer.status}.`);
const body = await answer.json();
const fastify = await startBareFastify(PATH, body);
const nest = await startBareNest(PATH, body);

/** Each request asks for another session, so that database caches do not flatter the result. */
const anySession = (headers) => () => {
  const id = sessionIds[Math.floor(Math.random() * sessionIds.length)];
  return { path: `${PATH}?sessionId=${id}`, headers: headers() };
};
const cases = [
  ['(a) bare Fastify, same body', fastify.url, anySession(() => ({}))],
  ['(b) the same in Nest, no guard', nest.url, anySession(() => ({}))],
  ['(c) info.admin, bypassing token', service.url, anySession(() => bypassing.headers)],
  ['(d) info.admin, TOTP code', service.url, anySession(() => admin.headersWithCode())],
];

const rows = [];
for (const [name, url, request] of cases)
  rows.push({ name, ...(await measure(url, request, SECONDS)) });

console.log(`\n${describeRun(database)}, ${count(SESSIONS)} session documents\n`);
console.log(
  table(
    ['', 'requests/s', 'p50 ms', 'p99 ms', 'requests/s, (a) = 1'],
    rows.map(({ name, rate, p50, p99 }) => [
      name,
      count(rate),
      p50,
      p99,
      (rate / rows[0].rate).toFixed(3),
    ]),
  ),
);
const [, , bypass, totp] = rows;
console.log(
  `\nA TOTP code makes a request ${(bypass.rate / totp.rate).toFixed(2)} times as dear as a bypassing token.`,
);

await fastify.stop();
await nest.stop();
await service.stop();
await database.close();
