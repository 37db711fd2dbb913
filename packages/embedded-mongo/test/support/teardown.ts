const pending: (() => Promise<unknown>)[] = [];

/**
 * Has something closed after the tests of a file, in reverse order, whatever became of them: a test that fails half-way
 * must not leave a server behind that keeps Jest waiting.
 */
export function afterTests(close: () => Promise<unknown>): void {
  pending.push(close);
}

afterAll(async () => {
  for (let close = pending.pop(); close; close = pending.pop()) await close();
});
