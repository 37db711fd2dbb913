// npm run bench:resilience: what the service loses, and keeps in memory, while something goes wrong under load.
//   TEST_MONGODB_URI   a server to measure on (a fresh database is created and dropped); default: the embedded engine
//   REQUESTS      how many requests the memory is watched over (default 1,000,000)
//   PARTS         which of stop,replace,outage,slow,memory (default: all, in this order)
//   JSON_FILE     where to write the figures as JSON, too
import '../scripts/prepare.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startClients } from './clients.mjs';
import { openDatabase } from './database.mjs';
import { count, describeRun, table } from './report.mjs';
import { seed } from './seed.mjs';
import { startService } from './service.mjs';
import { startProxy } from './tcp-proxy.mjs';

const REQUESTS = Number(process.env.REQUESTS ?? 1_000_000);
const SESSIONS = 5000;
const OUTAGE_MS = 10_000;
const SLOWED_MS = 200;
const SLOW_FOR_MS = 60_000;
/** How far the last quarter's memory may be from the second's. */
const FLAT = 0.05;
const ENV = { RATE_LIMIT_PER_MINUTE: '0', NODE_ENV: 'development' };

const database = await openDatabase();
const { bypassing, sessionIds } = await seed(database.db, SESSIONS);
let turn = 0;
const next = () => ({
  path: `/api/v1/sessions/info.admin?sessionId=${sessionIds[turn++ % sessionIds.length]}`,
  headers: bypassing.headers,
});

const settled = () => pause(3000);
const only = (answers, status) => answers.every((answer) => answer.status === status);
const statusesOf = (answers) => {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return JSON.stringify(counts).replaceAll('"', '');
};

/** Samples the resident memory of a process, in MiB, until it is stopped. */
function watchMemory(pid) {
  const samples = [];
  const sample = () => {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    samples.push(Number(kilobytes) / 1024);
  };
  const timer = setInterval(sample, 200);
  return () => {
    clearInterval(timer);
    return samples;
  };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
/** The medians of the second and the last quarter, and whether the latter is within 5 %. */
function flatness(samples) {
  const quarter = Math.floor(samples.length / 4);
  const second = median(samples.slice(quarter, 2 * quarter));
  const last = median(samples.slice(-quarter));
  const growth = last / second - 1;
  const figures = `second quarter ${second.toFixed(0)} MiB, last ${last.toFixed(0)} MiB (${(growth * 100).toFixed(1)} %), most ${Math.max(...samples).toFixed(0)} MiB`;
  return { isFlat: growth <= FLAT, figures };
}

const PARTS = {
  async stop() {
    const service = await startService(database.uri, ENV);
    const clients = startClients(service.url, { keepAlive: 16, pauseMs: 5, next });
    await settled();
    clients.endWithConnections();
    const began = performance.now();
    await Promise.all([service.stop(), clients.finished()]);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    return {
      what: 'SIGTERM under load, one process, 16 keep-alive clients',
      found: `${count(clients.answers.length)} answered, ${clients.lost.length} lost, ended after ${seconds} s`,
      ok: clients.lost.length === 0 && only(clients.answers, 200),
    };
  },

  async replace() {
    const service = await startService(database.uri, { ...ENV, CLUSTER_WORKERS: '2' });
    const clients = startClients(service.url, { keepAlive: 8, fresh: 8, pauseMs: 10, next });
    await settled();
    const began = performance.now();
    service.signal('SIGHUP');
    await service.untilPrinted(/All 2 processes have been replaced/);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    await settled();
    await clients.stop();
    await service.stop();
    return {
      what: 'SIGHUP under load, two processes, 8 keep-alive clients and 8 with new connections',
      found: `${count(clients.answers.length)} answered ${statusesOf(clients.answers)}, ${clients.lost.length} lost; replaced after ${seconds} s`,
      ok: clients.lost.length === 0 && only(clients.answers, 200),
    };
  },

  async outage() {
    const proxy = await startProxy(database.uri);
    const service = await startService(proxy.uri, ENV);
    const clients = startClients(service.url, { keepAlive: 16, pauseMs: 10, next });
    await settled();
    await proxy.cut();
    const cutAt = performance.now();
    await pause(OUTAGE_MS);
    const restoredAt = performance.now();
    await proxy.restore();
    await pause(15_000);
    await clients.stop();
    await service.stop();
    await proxy.cut();
    const during = clients.answers.filter(({ began, at }) => began > cutAt && at < restoredAt);
    const after = clients.answers.filter(({ at }) => at >= restoredAt);
    const lastRefused = Math.max(
      restoredAt,
      ...after.filter(({ status }) => status !== 200).map(({ at }) => at),
    );
    const recovery = (lastRefused - restoredAt) / 1000;
    const others = clients.answers.filter(({ status }) => ![200, 503].includes(status));
    return {
      what: 'database gone for 10 s',
      found: `during ${statusesOf(during)}, ${clients.lost.length} lost; all 200 again ${recovery.toFixed(1)} s after it is back`,
      ok: only(during, 503) && others.length === 0 && clients.lost.length === 0 && recovery < 10,
    };
  },

  async slow() {
    const proxy = await startProxy(database.uri);
    const service = await startService(proxy.uri, ENV);
    const clients = startClients(service.url, { keepAlive: 64, next });
    await settled();
    proxy.delay(SLOWED_MS);
    await settled();
    const end = watchMemory(service.pid);
    const before = clients.answers.length;
    await pause(SLOW_FOR_MS);
    const { isFlat, figures } = flatness(end());
    const slowed = clients.answers.slice(before);
    proxy.delay(0);
    await clients.stop();
    await service.stop();
    await proxy.cut();
    return {
      what: 'every answer of the database 200 ms late, 64 clients, 60 s',
      found: `${statusesOf(slowed)}; ${figures}`,
      ok: isFlat && clients.lost.length === 0,
    };
  },

  async memory() {
    const service = await startService(database.uri, ENV);
    const clients = startClients(service.url, { keepAlive: 16, next });
    const end = watchMemory(service.pid);
    while (clients.answers.length + clients.lost.length < REQUESTS) await pause(200);
    const { isFlat, figures } = flatness(end());
    await clients.stop();
    await service.stop();
    return {
      what: `${count(REQUESTS)} requests, 16 clients`,
      found: `${statusesOf(clients.answers)}; ${figures}`,
      ok: isFlat && only(clients.answers, 200) && clients.lost.length === 0,
    };
  },
};

const names = process.env.PARTS?.split(',') ?? Object.keys(PARTS);
const results = [];
for (const name of names) {
  console.error(`${name} …`);
  results.push({ name, ...(await PARTS[name]()) });
}
await database.close();

console.log(`\n${describeRun(database)}, ${count(SESSIONS)} session documents\n`);
console.log(
  table(
    ['under load', 'found', 'as promised'],
    results.map(({ what, found, ok }) => [what, found, ok ? 'yes' : '**no**']),
  ),
);
if (process.env.JSON_FILE) writeFileSync(process.env.JSON_FILE, JSON.stringify(results, null, 2));
process.exit(results.every(({ ok }) => ok) ? 0 : 1);
