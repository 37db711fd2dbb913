// The index of live sessions, which a service builds when it first serves a workspace.
import { setTimeout as wait } from 'node:timers/promises';

/** @returns how long the index took, in seconds; undefined on the embedded engine, which cannot be followed */
export async function untilIndexed(db) {
  if (!process.env.TEST_MONGODB_URI) return undefined;
  const start = performance.now();
  for (;;) {
    const record = await db.collection('ws_session_index').findOne({});
    if (record?.isBuilt) break;
    await wait(500);
  }
  const seconds = (performance.now() - start) / 1000;
  // Some engines plan by statistics that a bulk load leaves stale.
  await db.command({ planCacheClear: 'ws_live_sessions' }).catch(() => undefined);
  await wait(5000);
  return seconds;
}
