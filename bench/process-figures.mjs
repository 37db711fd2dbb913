// The processor time and memory of another process, as Linux counts them.
import { readFile } from 'node:fs/promises';

/** One tick of `/proc`, in microseconds; 100 a second on every Linux that Node runs on. */
const TICK_US = 10_000;

/** @returns the processor time that a process has used so far, in microseconds */
export async function cpuOf(pid) {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may contain blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** @returns the resident memory of a process, in MiB */
export async function residentOf(pid) {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}
