import { mongo } from 'mongoose';
import { CursorPosition } from '../common/paging/cursor';
import { fromCursor, isSamePosition, toCursor } from './list-cursor';
import { ListPosition } from './list-position';
import { SessionOrder } from './session-order';

const ORDER: SessionOrder = [['device.name', 1]];
const position = (value: unknown, fields: Partial<ListPosition> = {}): ListPosition => ({
  values: [value],
  sessionId: 'session',
  rowId: 'row',
  document: 'document',
  ...fields,
});
const throughJson = (cursor: CursorPosition): CursorPosition =>
  JSON.parse(JSON.stringify(cursor)) as CursorPosition;

describe('a cursor of a list', () => {
  it.each<unknown>([
    null,
    'text',
    '',
    0,
    -1.5,
    Infinity,
    -Infinity,
    true,
    false,
    new Date(7),
    new mongo.ObjectId('0123456789abcdef01234567'),
    {},
    [],
  ])('leads back to the position of %p', (value) => {
    const cursor = throughJson(toCursor(position(value)));
    expect(fromCursor(ORDER, cursor)).toEqual(position(value));
  });

  it('leads back to one of several values, and of a document with an ObjectId', () => {
    const order: SessionOrder = [
      ['loginAt', -1],
      ['_user.name', 1],
    ];
    const long = position(0, { values: [new Date(1), 'x'], document: new mongo.ObjectId() });
    expect(fromCursor(order, throughJson(toCursor(long)))).toEqual(long);
  });

  it('names the document alone where the values are too long', () => {
    const long = position('x'.repeat(2000));
    const cursor = throughJson(toCursor(long));
    expect(JSON.stringify(cursor).length).toBeLessThan(100);
    const read = fromCursor(ORDER, cursor);
    expect(read).toMatchObject({ document: 'document' });
    if (!read || !('hash' in read)) throw new Error('The values are in the cursor.');
    expect(isSamePosition(long, read)).toBe(true);
    expect(isSamePosition(position('y'.repeat(2000)), read)).toBe(false);
    expect(isSamePosition({ ...long, sessionId: 'other' }, read)).toBe(false);
  });

  it.each<CursorPosition[]>([
    [[]],
    [['i', 'zz', 's']],
    [['v', 'x', 'v', 'document', 'session']],
    [['v', 'x', 'v', 'document', 'session', 'row', 'more']],
    [['v', 'x', 'v', 'document', 'session', 7]],
    [['v', 'x', 'v', 'document', null, 'row']],
    [['x', 'x', 'v', 'document', 'session', 'row']],
    [['v', null, 'v', 'document', 'session', 'row']],
    [['z', 1, 'v', 'document', 'session', 'row']],
    [['d', 8.64e15 + 1, 'v', 'document', 'session', 'row']],
    [['d', '1', 'v', 'document', 'session', 'row']],
    [['i', '0123456789abcdef0123456', 'v', 'document', 'session', 'row']],
    [['n', '1', 'v', 'document', 'session', 'row']],
    [['o', 'toString', 'v', 'document', 'session', 'row']],
    [['o', 4, 'v', 'document', 'session', 'row']],
    [['r']],
    [['r', 'v', 'document']],
    [['r', 'v', 'document', 1]],
    [['r', 'i', 'x', 'hash']],
    [['r', 'v', 'document', 'hash', 'more']],
  ])('is none when it is %j', (cursor) => {
    expect(fromCursor(ORDER, cursor)).toBeUndefined();
  });
});
