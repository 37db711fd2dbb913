// npm run bench:lists: the cost of a page of list.all as the workspace grows, in one run on one machine. Quote the ratios.
//   TEST_MONGODB_URI   a server to measure on (fresh databases are created and dropped); default: the embedded engine
//   SIZES         how many session documents, one database each (default 10000,100000,1000000)
//   REQUESTS      per case (default 9; slow cases stop after three that took half a minute in all)
import '../scripts/prepare.mjs';
import { openDatabase } from './database.mjs';
import { count, describeRun, table, tenths } from './report.mjs';
import { seed } from './seed.mjs';
import { startService } from './service.mjs';

const SIZES = (process.env.SIZES ?? '10000,100000,1000000').split(',').map(Number);
const REQUESTS = Number(process.env.REQUESTS ?? 9);
const FEWEST = 3;
const ENOUGH_MS = 30_000;
const LIST = '/api/v1/sessions/list.all?count=50';
/** The usual request timeout would hide the cost of a slow request. */
const PATIENCE = { REQUEST_TIMEOUT_MS: '60000', DATABASE_TIMEOUT_MS: '60000' };
const DEFAULT_LIMIT_MS = 5000;

const casesOf = (sessionIds) => [
  ['page 1', `${LIST}&offset=0`],
  ['page 100', `${LIST}&offset=4950`],
  ['page 1, filter “firefox”', `${LIST}&offset=0&filter=firefox`],
  ['page 1, filter “user-77”', `${LIST}&offset=0&filter=user-77`],
  ['for comparison: one session by id', `/api/v1/sessions/info.admin?sessionId=${sessionIds[0]}`],
];

/** Sequential requests: the time that a user waits for the list. The first one warms up and does not count. */
async function time(url, headers) {
  const times = [];
  let total = 0;
  for (let i = 0; i <= REQUESTS && (i <= FEWEST || total < ENOUGH_MS); i++) {
    const start = performance.now();
    const answer = await fetch(url, { headers });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${url} answers ${answer.status}: ${text}`);
    const elapsed = performance.now() - start;
    if (i > 0) times.push(elapsed);
    total += elapsed;
  }
  times.sort((a, b) => a - b);
  return { median: times[times.length >> 1], max: times.at(-1) };
}

/** An incomplete list would be fast. */
async function check(url, headers, liveLogins) {
  const { total } = await (await fetch(url, { headers })).json();
  if (total !== liveLogins) throw new Error(`The list has ${total} rows, not ${liveLogins}.`);
}

/** @returns the figures of the cases, in order */
async function measureSize(size) {
  const database = await openDatabase();
  try {
    const progress = tenths(size, 'session documents');
    const { bypassing, liveLogins, sessionIds } = await seed(database.db, size, progress);
    const service = await startService(database.uri, PATIENCE);
    try {
      await check(service.url + LIST, bypassing.headers, liveLogins);
      const rows = [];
      for (const [name, path] of casesOf(sessionIds)) {
        rows.push({
          name,
          size,
          liveLogins,
          ...(await time(service.url + path, bypassing.headers)),
        });
      }
      return { rows, database };
    } finally {
      await service.stop();
    }
  } finally {
    await database.close();
  }
}

const measured = [];
for (const size of SIZES) measured.push(await measureSize(size));
const [smallest] = measured;

console.log(`\n${describeRun(smallest.database)}\n`);
console.log(
  table(
    [
      'list.all, 50 rows a page',
      'session documents',
      'live rows',
      'median ms',
      'max ms',
      `median, ${count(SIZES[0])} = 1`,
    ],
    smallest.rows.flatMap((_, i) =>
      measured.map(({ rows }) => {
        const { name, size, liveLogins, median, max } = rows[i];
        const ratio = (median / smallest.rows[i].median).toFixed(1);
        return [name, count(size), count(liveLogins), median.toFixed(1), max.toFixed(1), ratio];
      }),
    ),
  ),
);
const tooSlow = measured.flatMap(({ rows }) => rows).filter(({ max }) => max > DEFAULT_LIMIT_MS);
if (tooSlow.length > 0) {
  console.log(
    `\n${tooSlow.length} of these cases take longer than the default REQUEST_TIMEOUT_MS and would be answered 503.`,
  );
}
