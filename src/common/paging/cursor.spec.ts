import { ApiError } from '../errors/api-error';
import { CursorPosition, readCursor, writeCursor } from './cursor';

describe('a cursor', () => {
  const SCOPE = { list: 'audit', filter: 'x' };
  const POSITION = [1790000000000, 'record-1', null, true];
  const read = (cursor: string | undefined, scope: unknown = SCOPE, secret = 'secret'): unknown =>
    readCursor(secret, { cursor, cursorScope: scope });
  const written = (position: CursorPosition = POSITION): string =>
    writeCursor('secret', SCOPE, position);

  it('leads back to its position', () => {
    expect(read(written())).toEqual(POSITION);
    expect(written()).toMatch(/^[\w.-]+$/);
  });

  it('is no position at the beginning of a walk, and without one', () => {
    expect(read('')).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
  });

  it('is refused for another filter, another list and another caller', () => {
    for (const [scope, secret] of [
      [{ ...SCOPE, filter: 'y' }, 'secret'],
      [{ ...SCOPE, list: 'sessions' }, 'secret'],
      [SCOPE, 'other'],
      [null, 'secret'],
    ] as const) {
      expect(() => read(written(), scope, secret)).toThrow(ApiError);
    }
  });

  it('is refused when a single character was changed, added or left out', () => {
    const cursor = written();
    const [body = '', signature = ''] = cursor.split('.');
    const [, other = ''] = written(['other']).split('.');
    const changed = Array.from(body, (_, n) => {
      const letter = body[n] === 'A' ? 'B' : 'A';
      return `${body.slice(0, n)}${letter}${body.slice(n + 1)}.${signature}`;
    });
    for (const text of [
      ...changed,
      `${body}.${other}`,
      `${body}.`,
      body,
      '.',
      `.${signature}`,
      `${cursor}.`,
      // A decoder of base64 takes these for the same bytes.
      `${cursor}=`,
      `${cursor}!`,
      ...Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
        .map((letter) => `${cursor.slice(0, -1)}${letter}`)
        .filter((text) => text !== cursor),
      `${cursor}${'A'.repeat(2000)}`,
      'nonsense',
      '\u0000',
    ]) {
      expect(() => read(text)).toThrow(ApiError);
    }
  });
});
