// npm run bench:embedded: how long the embedded database takes to start on its data directory, and what it holds in
// memory. Each figure is of a fresh process.
//   SIZES   how many session documents (default 10000,100000)
import '../scripts/prepare.mjs';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { count, describeRun, table, tenths } from './report.mjs';

const SIZES = (process.env.SIZES ?? '10000,100000').split(',').map(Number);
const CHILD = fileURLToPath(new URL('./embedded-start.mjs', import.meta.url));

/** @returns what the process reports when it is done */
async function run(directory, sessions) {
  const child = fork(CHILD, [directory, String(sessions)], { execArgv: ['--expose-gc'] });
  const [report] = await once(child, 'message');
  await once(child, 'exit');
  return report;
}

const rows = [];
for (const size of SIZES) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const progress = tenths(SIZES.length, 'sizes');
    await run(directory, size);
    progress(rows.length + 1);
    const { startMs, firstMs, nextMs, compactMs, startBytes, usedBytes } = await run(directory, 0);
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const per10000 = (bytes) => megabytes((bytes * 10_000) / size);
    rows.push([
      count(size),
      megabytes(statSync(join(directory, 'journal')).size),
      startMs.toFixed(0),
      per10000(startBytes),
      firstMs.toFixed(0),
      nextMs.toFixed(1),
      per10000(usedBytes),
      compactMs.toFixed(0),
    ]);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
console.log(`\n${describeRun({ kind: 'embedded database' })}\n`);
console.log(
  table(
    [
      'session documents',
      'journal MB',
      'start ms',
      'then MB per 10,000',
      'first look-up ms',
      'next look-up ms',
      'all indexes used: MB per 10,000',
      'compaction ms',
    ],
    rows,
  ),
);
