import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';

/** The oldest MongoDB that the service supports. */
const OLDEST = [4, 4] as const;
/** From here on, a request with several round trips feels slow. */
const SLOW_MS = 50;

/** @param milliseconds of the fastest of a few round trips */
export function assessDatabase(version: string, milliseconds: number): Finding {
  const found = `MongoDB ${version}, answers in ${Math.max(1, Math.round(milliseconds))} ms`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return fail(`${found}: too old`, `Upgrade to MongoDB ${OLDEST.join('.')} or later.`);
  }
  return milliseconds < SLOW_MS
    ? ok(found)
    : warn(
        `${found}: far away or busy`,
        'Run the service close to its database, or look at its load.',
      );
}

const ROUND_TRIPS = 3;

export const DATABASE_CHECK: Check = {
  name: 'database',
  run: async ({ db }) => {
    const { version } = await db.command({ buildInfo: 1 });
    const times: number[] = [];
    for (let n = 0; n < ROUND_TRIPS; n++) {
      const begun = performance.now();
      await db.command({ ping: 1 });
      times.push(performance.now() - begun);
    }
    return assessDatabase(String(version), Math.min(...times));
  },
};
