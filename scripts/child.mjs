// Runs programs that end with us, whatever ends us. Plain Node: it must run before anything is installed.
import { spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const LOOK_EVERY_MS = 500;
const GRACE_MS = 5000;
const isWindows = process.platform === 'win32';

/**
 * Calls back when whoever has started us is gone: npm and the shell between us may die of a signal without passing it on.
 * @returns what ends the watch
 */
export function onLostParent(callback) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) callback();
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}

/**
 * Runs a program until it ends. A signal to us, or the end of whoever has started us, ends it first, and then us.
 * @param options of `spawn`, and
 *   `group`: whatever the program has started ends with it; such a program cannot read from the terminal;
 *   `onBrokenOff`: what is to be done before we end
 * @returns its exit code, or null when something else has ended it
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
  // As if nobody had listened to it: whoever waits for us learns what has ended us.
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
    // It is gone already.
  }
}
