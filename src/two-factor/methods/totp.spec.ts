import { createHmac } from 'node:crypto';
import { findTimeStep, newTotpSecret, totpAddress, totpCode } from './totp';

/** RFC 6238, appendix B: the SHA-1 rows of the test vectors, cut to the six digits that are used here. */
const RFC_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'; // "12345678901234567890"
const RFC_VECTORS: [seconds: number, step: number, code: string][] = [
  [59, 0x1, '287082'],
  [1_111_111_109, 0x23523ec, '081804'],
  [1_111_111_111, 0x23523ed, '050471'],
  [1_234_567_890, 0x273ef07, '005924'],
  [2_000_000_000, 0x3f940aa, '279037'],
  [20_000_000_000, 0x27bc86aa, '353130'],
];

const at = (seconds: number): Date => new Date(seconds * 1000);

/** RFC 4226 §5.3, implemented independently: the code of time step 1. */
function codeOfStepOne(secret: string): string {
  const bits = secret.replace(/./g, (character) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'),
  );
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  const hash = createHmac('sha1', Buffer.from(bytes)).update('\0\0\0\0\0\0\0\x01').digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

describe('TOTP', () => {
  it.each(RFC_VECTORS)('agrees with RFC 6238 at %d seconds', (seconds, step, code) => {
    expect(totpCode(RFC_SECRET, at(seconds))).toBe(code);
    expect(findTimeStep(RFC_SECRET, code, at(seconds))).toBe(step);
  });

  it('returns the time step of the code, not the current one', () => {
    const code = totpCode(RFC_SECRET, at(60));
    for (const now of [30, 59.999, 60, 89.999, 90, 119.999]) {
      expect(findTimeStep(RFC_SECRET, code, at(now))).toBe(2);
    }
    for (const now of [0, 29.999, 120]) {
      expect(findTimeStep(RFC_SECRET, code, at(now))).toBeUndefined();
    }
  });

  it.each(['', '28708', '2870820', '28708a', ' 287082', '287082\n', '２８７０８２', '+87082'])(
    'rejects the malformed code %j',
    (code) => {
      expect(findTimeStep(RFC_SECRET, code, at(59))).toBeUndefined();
    },
  );

  it.each(['JBSWY3DP', 'GEZDGNBVGY3TQOJQ'.repeat(7), 'JBSWY3DPEHPK3PXP'.repeat(32)])(
    'accepts a secret of any length: %s',
    (secret) => {
      const code = codeOfStepOne(secret);
      expect(totpCode(secret, at(59))).toBe(code);
      expect(findTimeStep(secret, code, at(59))).toBe(1);
    },
  );

  it('ignores the same characters in a stored secret as authenticators do', () => {
    for (const stored of [
      RFC_SECRET.toLowerCase(),
      RFC_SECRET.replace(/.{4}/g, '$& '),
      RFC_SECRET.replace(/.{4}/g, '$&-'),
      `${RFC_SECRET}======`,
      ` ${RFC_SECRET}\n`,
    ]) {
      expect(findTimeStep(stored, '287082', at(59))).toBe(1);
    }
  });

  it('ignores the trailing bits of a last character that fill no byte', () => {
    // 52 characters hold 260 bits: the last 4 belong to no byte, and tools fill them differently.
    const bytes = 'A'.repeat(51);
    const codes = ['A', 'B', 'P'].map((last) => totpCode(bytes + last, at(59)));
    expect(new Set(codes).size).toBe(1);
    expect(totpCode(`${bytes}Q`, at(59))).not.toBe(codes[0]);
    // 18 characters hold 90 bits: the last 2 belong to no byte.
    const [a, d, e] = ['A', 'D', 'E'].map((last) => totpCode('A'.repeat(17) + last, at(59)));
    expect(d).toBe(a);
    expect(e).not.toBe(a);
  });

  it('generates a different secret of 20 bytes each time', () => {
    const secrets = Array.from({ length: 20 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(20);
  });

  it('builds the address that authenticators read (Key URI format)', () => {
    const address = new URL(totpAddress(RFC_SECRET, 'Example Chat', 'ada@example.com'));
    expect(address.protocol).toBe('otpauth:');
    expect(decodeURIComponent(address.pathname)).toContain('Example Chat:ada@example.com');
    expect(Object.fromEntries(address.searchParams)).toMatchObject({
      secret: RFC_SECRET,
      issuer: 'Example Chat',
    });
  });

  it.each(['', '1', 'A', 'not base32!!!!!!!!!!', 'ÄÖÜ'.repeat(10)])(
    'rejects every code for the unreadable secret %j',
    (secret) => {
      expect(findTimeStep(secret, '000000', at(59))).toBeUndefined();
      expect(() => totpCode(secret, at(59))).toThrow('base32');
    },
  );
});
