// Runs programs that end with this process. Uses Node only: it runs before anything is installed.
import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const LOOK_EVERY_MS = 500;
const GRACE_MS = 5000;
const isWindows = process.platform === 'win32';

/**
 * Calls back when the parent process is gone: npm and its shell may die of a signal without forwarding it.
 * @returns a function that ends the watch
 */
export function onLostParent(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) callback();
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/**
 * Runs a program until it ends. A signal, or the loss of the parent, ends first the program and then this process.
 * @param options of `spawn`, and
 *   `group`: the program's children end with it; it cannot read from the terminal;
 *   `onBrokenOff`: called before this process ends
 * @returns the exit code, or null when a signal ended the program
 */
export async function runChild(command, args, { group = false, onBrokenOff, ...options } = {}) {
  const isGroup = group && !isWindows;
  const child = spawn(command, args, { ...options, detached: isGroup });
  const kill = (signal) => killProcess(child.pid, signal, isGroup);
  let endedBy;
  const end = (signal) => {
    if (endedBy !== undefined) return;
    endedBy = signal;
    kill(signal);
    setTimeout(() => kill('SIGKILL'), GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, end);
  const unwatch = onLostParent(() => end('SIGTERM'));
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  }).finally(() => {
    unwatch();
    for (const signal of SIGNALS) process.off(signal, end);
  });
  if (endedBy === undefined) return code;
  if (isGroup) kill('SIGKILL');
  onBrokenOff?.();
  // Without the handler, so that the parent sees which signal ended this process.
  process.kill(process.pid, endedBy);
  return new Promise(() => setInterval(() => undefined, GRACE_MS));
}

function killProcess(pid, signal, isGroup) {
  if (pid === undefined) return;
  if (isWindows) {
    const taskkill = spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore' });
    taskkill.on('error', () => undefined);
    return;
  }
  try {
    process.kill(isGroup ? -pid : pid, signal);
  } catch {
    // It has already ended.
  }
}
