import { mongo } from 'mongoose';
import { readDocument, writeDocument } from './exact-document';
import { parseLine } from './extended-json';
import { MAX_DOCUMENT_BYTES, MAX_LINE_BYTES } from './workspace-file';

const { BSON } = mongo;
const { Binary, BSONRegExp, BSONSymbol, Code, Decimal128, Double, Int32, Long, ObjectId } = BSON;

/** `{_id: 1, v: …}` with bytes of a type that no current driver writes. */
function withValue(type: number, value: Buffer): Buffer {
  const bytes = Buffer.concat([
    Buffer.from([0, 0, 0, 0, 0x10]),
    Buffer.from('_id\0\x01\0\0\0', 'latin1'),
    Buffer.from([type]),
    Buffer.from('v\0'),
    value,
    Buffer.from([0]),
  ]);
  bytes.writeInt32LE(bytes.length);
  return bytes;
}

function throughALine(bytes: Uint8Array): { line: string; back: Uint8Array } {
  const line = writeDocument(bytes) ?? '';
  return { line, back: BSON.serialize(readDocument(parseLine(line) as object).document) };
}

describe('exact document', () => {
  it.each<[string, unknown]>([
    ['Int32', new Int32(-1)],
    ['a Double that is whole', new Double(1)],
    ['minus zero', new Double(-0)],
    ['NaN', new Double(NaN)],
    ['minus infinity', new Double(-Infinity)],
    ['the smallest Double', new Double(5e-324)],
    ['a Long within 32 bits', Long.fromNumber(7)],
    ['a Long beyond 2^53', Long.fromString('9007199254740993')],
    ['the largest Long', Long.MAX_VALUE],
    ['Decimal128', Decimal128.fromString('1.10')],
    ['Decimal128 NaN', Decimal128.fromString('NaN')],
    ['a date', new Date('2023-05-24T05:08:42.806Z')],
    ['a date before 1970', new Date(-1)],
    ['a date beyond the year 9999', new Date('+010000-01-01T00:00:00.000Z')],
    ['the last date', new Date(8.64e15)],
    ['an ObjectId', new ObjectId('0123456789abcdef01234567')],
    ['binary', new Binary(Buffer.from([0, 255, 1]))],
    ['a UUID', new BSON.UUID()],
    ['binary of subtype 2', new Binary(Buffer.from('old'), 2)],
    ['binary of a user-defined subtype', new Binary(Buffer.from('own'), 128)],
    ['a pattern', new BSONRegExp('^a/"\\d', 'im')],
    ['code', new Code('return 1')],
    ['code with a scope', new Code('return a', { a: new Int32(1) })],
    ['a symbol', new BSONSymbol('s')],
    ['a timestamp', new BSON.Timestamp({ t: 4_294_967_295, i: 1 })],
    ['MinKey', new BSON.MinKey()],
    ['MaxKey', new BSON.MaxKey()],
    ['null', null],
    ['a boolean', true],
    ['text', 'é\u0000\ud83d\ude00\u2028"\\'],
    ['nested arrays', [[], [[new Int32(1)], {}]]],
  ])('keeps the value %s', (_case, value) => {
    const bytes = BSON.serialize({ _id: 'a', value, list: [value], in: { value } });
    const { line, back } = throughALine(bytes);
    expect(line).toMatch(/^\{"document":\{"_id":"a",/);
    expect(back).toEqual(bytes);
  });

  it.each<[string, [string, unknown][]]>([
    ['the empty name', [['', 1]]],
    ['__proto__', [['__proto__', { a: 1 }]]],
    ['names of methods', [['toString', 1], ['constructor', 2], ['toBSON', 3]]], // prettier-ignore
    ['blanks, dots and quotes', [[' ', 1], ['a.b', 2], ['"', 3], ['\n', 4]]], // prettier-ignore
  ])('keeps %s as a field name in Extended JSON', (_case, fields) => {
    const bytes = BSON.serialize(new Map<string, unknown>([['_id', 1], ['in', new Map(fields)]])); // prettier-ignore
    const { line, back } = throughALine(bytes);
    expect(line).toContain('"document"');
    expect(back).toEqual(bytes);
  });

  it.each<[string, [string, unknown][]]>([
    ['numbers out of order', [['10', 1], ['2', 2], ['1', 3]]], // prettier-ignore
    ['a type of Extended JSON', [['$oid', '0123456789abcdef01234567']]],
    ['an operator', [['$set', { a: 1 }]]],
    ['what the driver takes for a type', [['_bsontype', 'ObjectId']]],
  ])('keeps %s as a field name in BSON', (_case, fields) => {
    const bytes = BSON.serialize(new Map<string, unknown>([['_id', 1], ['in', [new Map(fields)]]])); // prettier-ignore
    const { line, back } = throughALine(bytes);
    expect(line).toContain('"bson"');
    expect(back).toEqual(bytes);
  });

  it('keeps a document of 16 MiB that is too long as Extended JSON', () => {
    const text = '\u0001'.repeat(MAX_DOCUMENT_BYTES - 30);
    const bytes = BSON.serialize({ _id: 'a', text });
    const { line, back } = throughALine(bytes);
    expect(line.length).toBeLessThan(MAX_LINE_BYTES);
    expect(Buffer.compare(back, bytes)).toBe(0);
  });

  it.each([
    ['undefined', withValue(0x06, Buffer.alloc(0))],
    ['a dbPointer', withValue(0x0c, Buffer.from(`\x02\0\0\0c\0${'x'.repeat(12)}`, 'latin1'))],
    ['a date beyond what JavaScript knows', withValue(0x09, Buffer.alloc(8, 0x7f))],
    ['text that is not UTF-8', withValue(0x02, Buffer.from('\x02\0\0\0\xff\0', 'latin1'))],
    ['one name twice', withValue(0x10, Buffer.from('\x01\0\0\0\x10v\0\x02\0\0\0', 'latin1'))],
  ])('never changes %s silently: the document has no line', (_case, bytes) => {
    expect(writeDocument(bytes)).toBeUndefined();
  });
});

describe('line that is not a document', () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;

  it.each([
    ['{"document":null}'],
    ['{"document":[]}'],
    ['{"document":{}}'],
    ['{"document":{"__proto__":{"_id":1}}}'],
    ['{"document":{"_id":1,"$set":{"a":1}}}'],
    ['{"document":{"_id":1,"a":[{"$numberint":"1"}]}}'],
    ['{"document":{"_id":1,"a":{"_bsontype":"ObjectId"}}}'],
    ['{"document":{"$oid":"0123456789abcdef01234567"}}'],
    ['{"document":{"_id":1,"a\\u0000b":1}}'],
    [`{"document":{"_id":1,"a":${deep}}}`],
    [`{"document":{"_id":1,"a":"${'x'.repeat(MAX_DOCUMENT_BYTES)}"}}`],
    ['{"bson":"BQAAAAA="}'],
    ['{"bson":{"$binary":{"base64":"BQAAAAA=","subType":"00"}}}'],
    ['{"bson":{"$binary":{"base64":"/////wA=","subType":"00"}}}'],
    ['{"bson":{"$binary":{"base64":"","subType":"00"}}}'],
  ])('refuses %.60s', (line) => {
    expect(() => readDocument(parseLine(line) as object)).toThrow();
  });
});
