// Output that all benchmarks share.
import { cpus, totalmem } from 'node:os';

export function describeRun({ kind }) {
  const day = new Date().toISOString().slice(0, 10);
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${day}, ${kind}, Node ${process.version}, ${cpus().length} cores, ${memory} GiB`;
}

export const count = (number) => Math.round(number).toLocaleString('en');

/** A Markdown table; the first column is text, the others are figures. */
export function table(head, rows) {
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Reports progress on standard error after each tenth. */
export function tenths(total, what) {
  let shown = 0;
  return (done) => {
    const tenth = Math.floor((done / total) * 10);
    if (tenth === shown) return;
    shown = tenth;
    console.error(`${count(done)} of ${count(total)} ${what}`);
  };
}
