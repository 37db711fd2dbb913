import { mongo } from 'mongoose';
import { compareTexts, encodeForSort, sortPosition } from './sort-position';

/** In the order in which MongoDB sorts them. */
const VALUES: unknown[] = [
  null,
  -Infinity,
  -2,
  -1.5,
  0,
  1e-9,
  1,
  10,
  Infinity,
  '',
  '\0',
  '\0a',
  '\u0001',
  '\u0002',
  '\u0002\u0002',
  '\u0003',
  '10',
  '9',
  'B',
  'a',
  'a\0',
  'a\u0001',
  'aa',
  'b',
  'é',
  '\uff5e',
  '\u{1f600}',
  {},
  [],
  new mongo.ObjectId('000000000000000000000001'),
  new mongo.ObjectId('ff0000000000000000000001'),
  false,
  true,
  new Date(-1),
  new Date(0),
  new Date(1790000000000),
];

describe('sort positions', () => {
  it('sort by bytes as a database sorts the values', () => {
    const encoded = VALUES.map(encodeForSort);
    expect([...encoded].sort(compareTexts)).toEqual(encoded);
    expect(new Set(encoded).size).toBe(VALUES.length);
    expect(encodeForSort(undefined)).toBe(encodeForSort(null));
    expect(encodeForSort(-0)).toBe(encodeForSort(0));
  });

  it('sort rows of one value by session id, then by their own id, and never mix those of two', () => {
    const rows = VALUES.flatMap((value) =>
      ['', '\0', 'A', 'B', 'a'].flatMap((sessionId) =>
        ['-', '0', 'Z', '_', 'a'].map((rowId) => sortPosition(value, sessionId, rowId)),
      ),
    );
    expect([...rows].sort(compareTexts)).toEqual(rows);
  });

  it('stay short, and never hold half a character', () => {
    const position = encodeForSort(`${'x'.repeat(399)}\u{1f600}${'y'.repeat(1000)}`);
    expect(position).toHaveLength(400);
    expect(position).not.toMatch(/\p{Cs}/u);
  });
});
