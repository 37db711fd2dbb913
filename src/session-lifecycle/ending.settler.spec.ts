import { AuditTrail } from '../audit/audit.trail';
import { recordOfEnding } from './ending-record';
import { EndingSettler } from './ending.settler';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

const AT = new Date(0);
const PENDING = { _id: 'a', endedAt: AT, pending: { since: AT } } as SessionEnding;
const SETTLED = { _id: 'b', endedAt: AT } as SessionEnding;

describe('EndingSettler', () => {
  const steps: unknown[] = [];
  const settler = new EndingSettler(
    {
      settle: (endings: unknown, days: number) => Promise.resolve(steps.push([endings, days])),
    } as unknown as SessionEndingsRepository,
    { derive: (records: unknown) => Promise.resolve(steps.push(records)) } as unknown as AuditTrail,
    { days: 90 },
  );
  beforeEach(() => {
    steps.length = 0;
  });

  it('stores the records of those that are pending before it says that all are settled', async () => {
    await settler.settle([PENDING, SETTLED]);
    expect(steps).toEqual([[recordOfEnding(PENDING)], [[PENDING, SETTLED], 90]]);
  });

  it('does nothing for none', async () => {
    await settler.settle([]);
    expect(steps).toEqual([]);
  });
});
