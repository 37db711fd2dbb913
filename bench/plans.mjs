// npm run bench:plans: how the database answers a page of list.all: the statements of the service itself, explained.
//   MONGODB_URI   a database whose index of live sessions is built, for example one that bench:lists left with KEEP=1
import '../scripts/prepare.mjs';
import { createRequire } from 'node:module';
import mongoose from 'mongoose';
import { count, table } from './report.mjs';

const require = createRequire(import.meta.url);
const { GramStatistics } = require('../dist/session-index/gram.statistics.js');
const { LiveSessionCounter } = require('../dist/session-index/live-session.counter.js');
const { LiveSessionFinder } = require('../dist/session-index/live-session.finder.js');
const { ALL_PARTS } = require('../dist/session-index/parts.js');
const { newestOfTokens } = require('../dist/workspace-data/sessions/live-logins.pipeline.js');
const { SORT_KEYS } = require('../dist/session-index/session-order.js');

const { MONGODB_URI } = process.env;
if (!MONGODB_URI) throw new Error('MONGODB_URI must name the database.');

const connection = await mongoose
  .createConnection(MONGODB_URI, { monitorCommands: true })
  .asPromise();
const config = { timeoutMs: 60_000 };
const clock = { now: () => new Date() };
const counter = new LiveSessionCounter(connection);
const finder = new LiveSessionFinder(
  connection,
  counter,
  new GramStatistics(connection, config, clock),
  config,
);
const total = await counter.count();

const FIRST = { filter: '', order: [['loginAt', -1]], offset: 0, count: 51 };
const cases = [
  ...SORT_KEYS.map((key) => [`page 1 by ${key}`, { ...FIRST, order: [[key, 1]] }]),
  ['page 1 by loginAt, backwards', FIRST],
  ['the last page', { ...FIRST, offset: total - (total % 50) }],
  ['filter: an address', { ...FIRST, filter: '10.0.3.77' }],
];

/** The statement that found the rows. */
async function findOf(query) {
  const sent = [];
  const record = ({ command }) => {
    // The counts are found by their ids.
    if (command.find && !command.filter._id) sent.push(command);
  };
  connection.getClient().on('commandStarted', record);
  await finder.find(query);
  connection.getClient().off('commandStarted', record);
  return sent.at(-1);
}

/** What reads the documents of a page's rows, and their owners. */
async function checksOf(query) {
  const { rows } = await finder.find(query);
  const page = rows.slice(0, 50);
  const pipeline = newestOfTokens(page.map(({ token }) => token));
  const ids = [...new Set(page.map(({ userId }) => userId))];
  return [
    ['the rows of the page', { aggregate: 'rocketchat_sessions', pipeline, cursor: {} }],
    ['their owners', { find: 'users', filter: { _id: { $in: ids } } }],
    ['the total', { find: 'ws_live_sessions', filter: { _id: ALL_PARTS } }],
  ];
}

function readOf({ find, filter, sort, skip, limit, projection }) {
  return { find, filter, projection, ...(sort && { sort }), ...(skip && { skip }), limit };
}

/** All parts of a plan, from the outside in. */
function stagesOf(plan) {
  const inner = [plan.inputStage, ...(plan.inputStages ?? [])].filter(Boolean);
  return [plan, ...inner.flatMap(stagesOf)];
}

async function describe(name, read) {
  const explained = await connection.db.command({ explain: read, verbosity: 'executionStats' });
  if (process.env.RAW) console.error(name, JSON.stringify(explained, null, 1));
  const { queryPlanner, executionStats = {}, postgres } = explained;
  const stages = stagesOf(executionStats.executionStages ?? queryPlanner.winningPlan);
  const scan = stages.find(({ indexName }) => indexName) ?? {};
  const pages =
    postgres && postgres.Plan['Shared Hit Blocks'] + postgres.Plan['Shared Read Blocks'];
  return [
    name,
    stagesOf(queryPlanner.winningPlan)
      .map(({ stage }) => stage)
      .filter((stage) => !['CUSTOM_SCAN', 'SUBQUERY_SCAN'].includes(stage))
      .join(' ← '),
    scan.indexName ?? '–',
    executionStats.totalKeysExamined ?? scan.nReturned ?? '–',
    executionStats.nReturned ?? '–',
    pages ?? '–',
    executionStats.executionTimeMillis ?? '–',
  ];
}

const rows = [];
for (const [name, query] of cases) rows.push(await describe(name, readOf(await findOf(query))));
for (const [name, read] of await checksOf(FIRST)) rows.push(await describe(name, read));
console.log(`\n${count(total)} live rows\n`);
console.log(
  table(['', 'plan', 'index', 'entries read', 'rows returned', 'pages touched', 'ms'], rows),
);
await connection.close();
