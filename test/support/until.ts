import { setTimeout as wait } from 'node:timers/promises';

const PATIENCE_MS = 30_000;

/** Looks again until the condition holds; what it waits for happens in another program or behind an answer. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await wait(25);
  }
}
