// npm run bench: how much processor time the engine takes to start on its data directory, and what it holds in memory. Each
// figure is of a fresh process.
//   SIZES   how many documents (default 10000,100000)
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SIZES = (process.env.SIZES ?? '10000,100000').split(',').map(Number);
const CHILD = fileURLToPath(new URL('./start.mjs', import.meta.url));

/** @returns what the process reports when it is done */
async function run(directory, documents) {
  const child = fork(CHILD, [directory, String(documents)], { execArgv: ['--expose-gc'] });
  const [report] = await once(child, 'message');
  await once(child, 'exit');
  return report;
}

/** A Markdown table of figures. */
function table(head, rows) {
  return [head, head.map(() => '---:'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

const rows = [];
for (const size of SIZES) {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    await run(directory, size);
    const { startMs, firstMs, nextMs, compactMs, startBytes, usedBytes } = await run(directory, 0);
    const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
    const per10000 = (bytes) => megabytes((bytes * 10_000) / size);
    rows.push([
      size.toLocaleString('en'),
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
const day = new Date().toISOString().slice(0, 10);
const memory = Math.round(totalmem() / 2 ** 30);
console.log(`\n${day}, Node ${process.version}, ${cpus().length} cores, ${memory} GiB\n`);
console.log(
  table(
    [
      'documents',
      'journal MB',
      'start, CPU ms',
      'then MB per 10,000',
      'first look-up, CPU ms',
      'next look-up, CPU ms',
      'all indexes used: MB per 10,000',
      'compaction, CPU ms',
    ],
    rows,
  ),
);
