import { findLeaks } from './canaries';
import { takeViolations } from './document-check';

const pending: (() => Promise<unknown>)[] = [];

/**
 * Has something closed after the tests of a file, in reverse order, whatever became of them: a test that fails half-way
 * must not leave a server behind that keeps Jest waiting. What is closed must bear to be closed twice.
 */
export function afterTests(close: () => Promise<unknown>): void {
  pending.push(close);
}

afterAll(async () => {
  for (let close = pending.pop(); close; close = pending.pop()) await close();
  // Whatever the file was about: nothing that the service has let be seen may hold a secret that the file has made.
  expect(findLeaks()).toEqual([]);
  // And every answer was one that the API's documentation promises.
  expect(takeViolations()).toEqual([]);
});
