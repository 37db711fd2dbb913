import { Check } from '../check';
import { fail, Finding, ok, warn } from '../finding';

const WARN_MS = 2_000;
/** One time step of a TOTP code: beyond it, right codes are refused. */
const FAIL_MS = 30_000;
const SYNCHRONISE = 'Synchronise the clocks of both machines (NTP).';

/** @param skewMs how far this machine's clock is ahead of the database server's; negative when behind */
export function assessClock(skewMs: number): Finding {
  const size = Math.abs(skewMs);
  const seconds = (size / 1000).toFixed(1);
  const found = `this machine's clock is ${seconds} s ${skewMs < 0 ? 'behind' : 'ahead of'} the database server's`;
  if (size > FAIL_MS) return fail(`${found}: TOTP codes are refused`, SYNCHRONISE);
  return size > WARN_MS ? warn(found, SYNCHRONISE) : ok(found);
}

/** The server is assumed to answer half-way through the round trip. */
export const CLOCK_CHECK: Check = {
  name: 'clock',
  run: async ({ db, clock }) => {
    const asked = clock.now().getTime();
    const { localTime } = await db.command({ hello: 1 });
    const answered = clock.now().getTime();
    if (!(localTime instanceof Date)) return ok('the database server does not tell its time');
    return assessClock((asked + answered) / 2 - localTime.getTime());
  },
};
