import { TestClock } from '../../../test/support/test-clock';
import { TransferReport } from './transfer-report';

function reportTo(isTTY: boolean): {
  report: TransferReport;
  clock: TestClock;
  seen: () => string;
} {
  const clock = new TestClock();
  let text = '';
  const output = { isTTY, write: (more: string) => (text += more) };
  return { report: new TransferReport(clock, output), clock, seen: () => text };
}

describe('TransferReport', () => {
  it('prints only the sum when the transfer takes less than a second', () => {
    const { report, clock, seen } = reportTo(false);
    report.judged();
    clock.advance({ seconds: 0.9 });
    report.count('users', 1);
    report.count('ws_second_factors', 0);
    expect(seen()).toBe('');
    report.sum('Done.');
    expect(seen()).toBe('Done.\n  users: 1 document\n  ws_second_factors: 0 documents\n');
  });

  it('prints its progress once a second, in lines', () => {
    const { report, clock, seen } = reportTo(false);
    for (let second = 0; second < 2; second++) {
      clock.advance({ seconds: 1 });
      for (let n = 0; n < 1000; n++) report.count('users', 1);
    }
    clock.advance({ seconds: 1 });
    report.judged();
    expect(seen()).toBe(
      'users: 1 document so far\nusers: 1,001 documents so far\njudging the file: line 1\n',
    );
  });

  it('uses a single line on a terminal and clears it at the end', () => {
    const { report, clock, seen } = reportTo(true);
    clock.advance({ seconds: 1 });
    report.count('users', 5);
    report.sum('Done.');
    expect(seen()).toBe('\r\x1b[Kusers: 5 documents so far\r\x1b[KDone.\n  users: 5 documents\n');
  });
});
