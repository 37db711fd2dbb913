import { BSON, Decimal128, Double, Int32, Long, Timestamp } from 'bson';
import fc from 'fast-check';
import { bytesOf, documentOf } from '../../test/support/bson';
import { CommandError } from '../errors';
import { MAX_DEPTH, MalformedBsonError, decodeDocument } from './decode';
import { encodeDocument } from './encode';

/** A document with this many levels of documents, itself among them. */
function nested(levels: number): Buffer {
  let bytes = Buffer.from([5, 0, 0, 0, 0]);
  for (let level = 1; level < levels; level++) {
    const outer = Buffer.concat([Buffer.alloc(4), Buffer.from('\x03a\0'), bytes, Buffer.of(0)]);
    outer.writeInt32LE(outer.length, 0);
    bytes = outer;
  }
  return bytes;
}

describe('decoding BSON', () => {
  it('loses nothing: the same bytes come out again', () => {
    const value = fc.oneof(
      fc.jsonValue(),
      fc.integer().map((number) => new Double(number)),
      fc.double().map((number) => new Double(number)),
      fc
        .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
        .map((number) => Long.fromBigInt(number)),
      fc.date({ noInvalidDate: true }),
      fc.uint8Array().map((bytes) => new BSON.Binary(bytes)),
      fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => new BSON.ObjectId(bytes)),
      fc.constantFrom(/a.b/im, new BSON.MinKey(), new BSON.MaxKey(), new BSON.UUID()),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string().filter(isName), value), (fields) => {
        const bytes = bytesOf(fields);
        expect(encodeDocument(decodeDocument(bytes))).toEqual(bytes);
      }),
    );
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])(
    'takes %s for a name like any other',
    (name) => {
      const document = documentOf(JSON.parse(`{"${name}": {"polluted": true}}`) as object);
      expect([...document.keys()]).toEqual([name]);
      expect(Object.prototype).not.toHaveProperty('polluted');
    },
  );

  it('keeps the place of names that look like numbers', () => {
    const bytes = Buffer.from(
      BSON.serialize(
        new Map([
          ['b', 1],
          ['1', 2],
          ['0', 3],
        ]),
      ),
    );
    expect([...decodeDocument(bytes).keys()]).toEqual(['b', '1', '0']);
  });

  it('keeps number types apart', () => {
    const document = documentOf({ i: new Int32(7), d: new Double(7), l: Long.fromNumber(7) });
    expect([...document.values()]).toEqual([new Int32(7), new Double(7), Long.fromNumber(7)]);
  });

  it.each([
    ['decimal', { a: Decimal128.fromString('1') }],
    ['timestamp', { a: new Timestamp(0n) }],
    ['javascript', { a: new BSON.Code('1') }],
    ['symbol', { a: new BSON.BSONSymbol('s') }],
  ])('refuses the type %s', (_type, fields) => {
    expect(() => documentOf(fields)).toThrow(CommandError);
  });

  it('refuses a name that comes twice', () => {
    const twice = Buffer.from('\x13\0\0\0\x10a\0\x01\0\0\0\x10a\0\x02\0\0\0\0', 'latin1');
    expect(() => decodeDocument(twice)).toThrow("the field name 'a' appears twice");
  });

  it('refuses strings that are not UTF-8', () => {
    const bytes = bytesOf({ a: 'xx' });
    bytes.writeUInt8(0xff, bytes.indexOf('xx'));
    expect(() => decodeDocument(bytes)).toThrow('not valid UTF-8');
  });

  it('refuses what is nested too deep, however deep', () => {
    expect(decodeDocument(nested(MAX_DEPTH)).size).toBe(1);
    expect(() => decodeDocument(nested(MAX_DEPTH + 1))).toThrow(CommandError);
    expect(() => decodeDocument(nested(20_000))).toThrow(CommandError);
  });

  it('finds damaged bytes out, wherever they are cut or changed', () => {
    const bytes = bytesOf({ a: 'text', b: [1, { c: 2 }], d: new BSON.Binary(Buffer.from('x')) });
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), (at, byte, cut) => {
        const damaged = cut ? bytes.subarray(0, at) : Buffer.from(bytes);
        if (!cut) damaged.writeUInt8(byte, at);
        try {
          decodeDocument(damaged);
        } catch (error) {
          const isExpected = error instanceof MalformedBsonError || error instanceof CommandError;
          expect(isExpected).toBe(true);
        }
      }),
    );
  });
});

function isName(name: string): boolean {
  return name !== '__proto__' && !name.includes('\0');
}
