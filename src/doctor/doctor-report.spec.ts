import { describeFindings, findingsAsJson, isHealthy } from './doctor-report';
import { fail, ok, skip, warn } from './finding';
import { NamedFinding } from './named-finding';

const FINDINGS: NamedFinding[] = [
  { check: 'clock', ...ok('fine') },
  { check: 'permissions', ...warn('roles: a\u001bb', 'Look.\nTwice.') },
  { check: 'mail', ...fail('it is wrong:\n  A\n  B', 'Fix it.') },
  { check: 'size', ...skip('nothing to ask') },
];

describe('the report of the doctor', () => {
  it('has a line for each finding, its advice, and the totals', () => {
    expect(describeFindings(FINDINGS)).toBe(
      `ok    clock        fine
warn  permissions  roles: a\\u001bb
                   -> Look.; Twice.
fail  mail         it is wrong: A; B
                   -> Fix it.
skip  size         nothing to ask

1 ok, 1 warn, 1 fail, 1 skip
`,
    );
  });

  it('has the same findings as JSON', () => {
    const text = findingsAsJson(FINDINGS);
    expect(JSON.parse(text)).toEqual({ healthy: false, findings: FINDINGS });
    expect(text).not.toContain('\u001b');
  });

  it('is healthy when no check failed', () => {
    expect(isHealthy(FINDINGS)).toBe(false);
    expect(isHealthy(FINDINGS.filter(({ status }) => status !== 'fail'))).toBe(true);
  });
});
