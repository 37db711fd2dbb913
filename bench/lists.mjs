// npm run bench:lists: the cost of a page of list.all as the workspace grows, in one run on one machine. Quote the ratios.
//   TEST_MONGODB_URI   a server to measure on (fresh databases are created and dropped); default: the embedded engine
//   SIZES         how many session documents, one database each (default 10000,100000,1000000)
//   REQUESTS      per case (default 9; slow cases stop after three that took half a minute in all)
//   SESSION_INDEX off: without the index of live sessions
//   KEEP          1: keep the databases, and print their addresses
//   DATABASES     instead of SIZES: addresses of databases that an earlier run has kept, the smallest first
//   WALK          so many times: also walk through the whole list by cursor, and report the service's memory
//   JSON_FILE     where to write the figures as JSON beside the table
import '../scripts/prepare.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { openDatabase } from './database.mjs';
import { count, describeRun, table, tenths } from './report.mjs';
import { addAdministrator, seed } from './seed.mjs';
import { startService } from './service.mjs';
import { untilIndexed } from './session-index.mjs';

const SIZES = (process.env.SIZES ?? '10000,100000,1000000').split(',').map(Number);
const REQUESTS = Number(process.env.REQUESTS ?? 9);
const WALK = Number(process.env.WALK ?? 0);
const { SESSION_INDEX = 'auto', DATABASES, KEEP, JSON_FILE } = process.env;
const WARM_UP = 200;
const FEWEST = 3;
const ENOUGH_MS = 30_000;
const LIST = '/api/v1/sessions/list.all?count=50';
/** The usual request timeout would hide the cost of a slow request. */
const PATIENCE = { REQUEST_TIMEOUT_MS: '60000', DATABASE_TIMEOUT_MS: '60000', SESSION_INDEX };
const DEFAULT_LIMIT_MS = 5000;
const ORDERS = [
  'loginAt',
  'device.name',
  'device.os.name',
  'device.os.version',
  '_user.name',
  '_user.username',
];

const sorted = (key, direction) =>
  `${LIST}&sort=${encodeURIComponent(JSON.stringify({ [key]: direction }))}`;

const casesOf = ({ sessionIds, liveLogins }) => [
  ...ORDERS.flatMap((key) => [
    [`page 1 by ${key}`, sorted(key, 1)],
    [`page 1 by ${key}, backwards`, sorted(key, -1)],
  ]),
  ['page 34', `${LIST}&offset=1650`],
  ['the last page', `${LIST}&offset=${liveLogins - (liveLogins % 50)}`],
  ['filter: a session id', `${LIST}&filter=${encodeURIComponent(sessionIds[7])}`],
  [
    'filter: 8 characters of one',
    `${LIST}&filter=${encodeURIComponent(sessionIds[9].slice(3, 11))}`,
  ],
  ['filter: an address', `${LIST}&filter=10.0.3.77`],
  ['filter: a user name', `${LIST}&filter=user-42`],
  ['filter that matches a quarter', `${LIST}&filter=firefox`],
  ['filter of two characters', `${LIST}&filter=zz`],
  ['for comparison: one session by id', `/api/v1/sessions/info.admin?sessionId=${sessionIds[0]}`],
];

/**
 * The time that a user waits for the list: one request at a time, to one size after the other, so that what else the
 * machine does burdens each alike. The first ones warm up and do not count.
 */
async function timeInTurns(name, targets) {
  const taken = targets.map(() => ({ times: [], total: 0, rows: undefined }));
  for (let i = 0; i <= REQUESTS; i++) {
    for (const [n, { url, headers }] of targets.entries()) {
      const one = taken[n];
      if (i > FEWEST && one.total > ENOUGH_MS) continue;
      const start = performance.now();
      const answer = await fetch(url, { headers });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${text}`);
      const elapsed = performance.now() - start;
      if (i > 0) one.times.push(elapsed);
      one.total += elapsed;
      one.rows = JSON.parse(text).total;
    }
  }
  return taken.map(({ times, rows }) => ({ ...summaryOf(name, times), times, rows }));
}

function summaryOf(name, unsorted) {
  const times = unsorted.toSorted((a, b) => a - b);
  const p99 = times[Math.ceil(times.length * 0.99) - 1];
  return { name, median: times[times.length >> 1], p99, max: times.at(-1) };
}

/** An incomplete list would be fast. */
async function check(url, headers, liveLogins) {
  const { total } = await (await fetch(url, { headers })).json();
  if (total !== liveLogins) throw new Error(`The list has ${total} rows, not ${liveLogins}.`);
}

const residentOf = (pid) => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Math.round(Number(kilobytes) / 1024);
};

/** Every row once each time, 100 at a time. */
async function walk({ url, pid }, headers, liveLogins) {
  const resident = [];
  const start = performance.now();
  for (let time = 0; time < WALK; time++) {
    const seen = new Set();
    for (let cursor = ''; cursor !== null;) {
      const query = `count=100&cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(`${url}/api/v1/sessions/list.all?${query}`, { headers });
      const { sessions, nextCursor } = await answer.json();
      for (const { sessionId } of sessions) seen.add(sessionId);
      cursor = nextCursor;
      resident.push(residentOf(pid));
    }
    if (seen.size !== liveLogins) throw new Error(`The walk shows ${seen.size} of ${liveLogins}.`);
  }
  const quarter = resident.length >> 2;
  return {
    rows: WALK * liveLogins,
    seconds: (performance.now() - start) / 1000,
    firstQuarterMiB: Math.max(...resident.slice(0, quarter + 1)),
    lastQuarterMiB: Math.max(...resident.slice(-quarter - 1)),
  };
}

/** A served database of this size. */
async function openSize(size) {
  const database = await openDatabase();
  const seeded = await seed(database.db, size, tenths(size, 'session documents'));
  return serve(database, size, seeded);
}

/** One that an earlier run has kept. */
async function reopen(uri) {
  const database = await openDatabase(uri);
  const sessions = database.db.collection('rocketchat_sessions');
  const some = await sessions
    .find({ logoutAt: { $exists: false } })
    .limit(20)
    .toArray();
  const bypassing = await addAdministrator(database.db);
  const live = { token: { $gt: '' } };
  const liveLogins = await database.db.collection('ws_live_sessions').countDocuments(live);
  const sessionIds = some.map(({ sessionId }) => sessionId);
  return serve(database, await sessions.countDocuments(), { bypassing, liveLogins, sessionIds });
}

async function serve(database, size, seeded) {
  const service = await startService(database.uri, PATIENCE);
  const indexSeconds = SESSION_INDEX === 'off' ? undefined : await untilIndexed(database.db);
  await check(service.url + LIST, seeded.bypassing.headers, seeded.liveLogins);
  return { size, seeded, database, service, indexSeconds };
}

/** A service that has just started compiles what it does often: its first requests take longer. */
async function warmUp() {
  for (const { service, seeded } of opened) {
    for (let i = 0; i < WARM_UP; i++) {
      await (await fetch(service.url + LIST, { headers: seeded.bypassing.headers })).text();
    }
  }
}

const opened = [];
if (DATABASES) for (const uri of DATABASES.split(',')) opened.push(await reopen(uri));
else for (const size of SIZES) opened.push(await openSize(size));
const cases = opened.map(({ seeded }) => casesOf(seeded));
await warmUp();
const rowsOf = opened.map(() => []);
for (const [i, [name]] of cases[0].entries()) {
  const targets = opened.map(({ service, seeded }, n) => ({
    url: service.url + cases[n][i][1],
    headers: seeded.bypassing.headers,
  }));
  const figures = await timeInTurns(name, targets);
  console.error(`${name}: ${figures.map(({ median }) => median.toFixed(1)).join(', ')} ms`);
  for (const [n, { size, seeded }] of opened.entries()) {
    rowsOf[n].push({ size, liveLogins: seeded.liveLogins, ...figures[n] });
  }
}
for (const rows of rowsOf) {
  // The 99th percentile of one kind is one of its slowest requests, so chance decides it.
  const [{ size, liveLogins, rows: matching }] = rows;
  const times = rows.filter(({ name }) => name.includes('page')).flatMap((row) => row.times);
  rows.push({ size, liveLogins, rows: matching, ...summaryOf('all pages together', times) });
  for (const row of rows) delete row.times;
}
const measured = [];
for (const [n, { size, seeded, database, service, indexSeconds }] of opened.entries()) {
  const { bypassing, liveLogins } = seeded;
  const walked = WALK ? await walk(service, bypassing.headers, liveLogins) : undefined;
  await service.stop();
  measured.push({ size, rows: rowsOf[n], kind: database.kind, indexSeconds, walked });
  if (KEEP || DATABASES) {
    console.error(`${count(size)} session documents stay in ${database.uri}`);
    await database.leave();
  } else await database.close();
}
const [smallest] = measured;

console.log(`\n${describeRun(smallest)}, SESSION_INDEX=${SESSION_INDEX}\n`);
console.log(
  table(
    [
      'list.all, 50 rows a page',
      'session documents',
      'live rows',
      'rows that match',
      'median ms',
      'p99 ms',
      `median, ${count(smallest.size)} = 1`,
    ],
    smallest.rows.flatMap((_, i) =>
      measured.map(({ rows }) => {
        const { name, size, liveLogins, rows: matching, median, p99 } = rows[i];
        const ratio = (median / smallest.rows[i].median).toFixed(1);
        const matched = matching === undefined ? '–' : count(matching);
        return [
          name,
          count(size),
          count(liveLogins),
          matched,
          median.toFixed(1),
          p99.toFixed(1),
          ratio,
        ];
      }),
    ),
  ),
);
for (const { size, indexSeconds, walked } of measured) {
  if (indexSeconds)
    console.log(`\n${count(size)}: the index was built in ${count(indexSeconds)} s.`);
  if (walked) console.log(`${count(size)}: walked by cursor: ${JSON.stringify(walked)}`);
}
if (JSON_FILE) {
  writeFileSync(JSON_FILE, `${JSON.stringify(measured, null, 2)}\n`);
}
const tooSlow = measured.flatMap(({ rows }) => rows).filter(({ max }) => max > DEFAULT_LIMIT_MS);
if (tooSlow.length > 0) {
  console.log(
    `\n${tooSlow.length} of these cases take longer than the default REQUEST_TIMEOUT_MS and would be answered 503.`,
  );
}
