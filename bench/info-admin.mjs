// npm run bench: what the answer of info.admin costs, layer by layer, in one run on one machine. Quote the ratios.
//   MONGODB_URI   a server to measure on (a fresh database on it is made and dropped); default: the embedded engine
//   SESSIONS      how many session documents (default 100,000)     SECONDS   per measurement (default 8)
import '../scripts/prepare.mjs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startBareFastify, startBareNest } from './baselines.mjs';
import { measure } from './measure.mjs';
import { openDatabase, seed } from './seed.mjs';

const SESSIONS = Number(process.env.SESSIONS ?? 100_000);
const SECONDS = Number(process.env.SECONDS ?? 8);
const PATH = '/api/v1/sessions/info.admin';

async function startService(uri) {
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const env = { PATH: process.env.PATH, PORT: '0', MONGODB_URI: uri };
  const child = spawn(process.execPath, [main], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const [, url] = /listening on (\S+)/.exec(String(line));
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

const database = await openDatabase();
console.log(`Seeding ${SESSIONS.toLocaleString('en')} session documents …`);
const { admin, bypassing, sessionIds } = await seed(database.db, SESSIONS);
const service = await startService(database.uri);
const answer = await fetch(`${service.url}${PATH}?sessionId=${sessionIds[0]}`, {
  headers: bypassing.headers,
});
if (answer.status !== 200) throw new Error(`The service answers ${answer.status}.`);
const body = await answer.json();
const fastify = await startBareFastify(PATH, body);
const nest = await startBareNest(PATH, body);

/** Every request asks for another session, so that no cache of the database is flattered. */
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

console.log(
  `\n${new Date().toISOString().slice(0, 10)}, ${database.kind}, Node ${process.version}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${SESSIONS.toLocaleString('en')} session documents\n`,
);
console.log('| | requests/s | p50 ms | p99 ms | requests/s, (a) = 1 |\n|---|---:|---:|---:|---:|');
for (const { name, rate, p50, p99 } of rows) {
  console.log(
    `| ${name} | ${Math.round(rate).toLocaleString('en')} | ${p50} | ${p99} | ${(rate / rows[0].rate).toFixed(3)} |`,
  );
}
const [, , bypass, totp] = rows;
console.log(
  `\nA TOTP code makes a request ${(bypass.rate / totp.rate).toFixed(2)} times as dear as a bypassing token.`,
);

await fastify.stop();
await nest.stop();
await service.stop();
await database.close();
