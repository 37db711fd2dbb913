import { ApiError } from '../errors/api-error';
import { CursorPosition, fitsCursor, isMomentAndId, readCursor, writeCursor } from './cursor';

describe('a cursor', () => {
  const SCOPE = { list: 'audit', filter: 'x' };
  const POSITION = [1790000000000, 'record-1', null, true];
  const isPosition = jest.fn<boolean, [CursorPosition]>(() => true);
  const read = (cursor: string | undefined, scope: unknown = SCOPE, secret = 'secret'): unknown =>
    readCursor(secret, { cursor, cursorScope: scope, isPosition });
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

  // Whoever holds the token can derive its secret, and so can sign anything.
  it.each(['x', '', '5', 'null', '{}', '"text"', '["v",{"$regex":"("},"s"]', '[["v"]]', '[1'])(
    'is refused when it is signed but holds %j',
    (text) => {
      const encode = jest.spyOn(JSON, 'stringify').mockReturnValueOnce(text);
      const cursor = written();
      encode.mockRestore();
      expect(cursor.split('.')[0]).toBe(Buffer.from(text).toString('base64url'));
      expect(() => read(cursor)).toThrow(ApiError);
    },
  );

  it('is refused when its list does not write such a position', () => {
    isPosition.mockReturnValueOnce(false);
    expect(() => read(written())).toThrow(ApiError);
    expect(isPosition).toHaveBeenLastCalledWith(POSITION);
  });

  it('of a list by time is a moment and an id', () => {
    const right = [
      [0, ''],
      [-8.64e15, 'id'],
      [1.5, 'id'],
    ] as const;
    const wrong = [
      [],
      [1],
      ['1', 'id'],
      [8.64e15 + 1, 'id'],
      [1, 2],
      [1, 'id', 'id'],
      [null, 'id'],
    ];
    expect(right.filter(isMomentAndId)).toEqual(right);
    expect(wrong.filter(isMomentAndId)).toEqual([]);
  });

  it('is readable up to the longest position that fits one', () => {
    const longest = ['x'.repeat(1396)];
    expect(fitsCursor(longest)).toBe(true);
    expect(read(written(longest))).toEqual(longest);
    expect(fitsCursor(['x'.repeat(1397)])).toBe(false);
    expect(fitsCursor(['é'.repeat(699)])).toBe(false);
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
