import { takeAuditGaps } from './audit-proof';
import { findLeaks } from './canaries';
import { takeViolations } from './document-check';

const pending: (() => Promise<unknown>)[] = [];

/**
 * Closes something after the tests of a file, in reverse order, even when they fail: a test must not leave a server
 * behind that keeps Jest waiting. `close` must tolerate a second call.
 */
export function afterTests(close: () => Promise<unknown>): void {
  pending.push(close);
}

afterAll(async () => {
  for (let close = pending.pop(); close; close = pending.pop()) await close();
  // In every file: no answer, log or output may contain a secret of the tests.
  expect(findLeaks()).toEqual([]);
  // Every answer must match the API's documentation.
  expect(takeViolations()).toEqual([]);
  // Every request to an audited route must have left its one record.
  expect(takeAuditGaps()).toEqual([]);
});
