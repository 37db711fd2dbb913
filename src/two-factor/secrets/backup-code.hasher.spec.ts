import { createHash, createHmac } from 'node:crypto';
import { EncryptionConfig } from '../../config/encryption.config';
import { BackupCodeHasher } from './backup-code.hasher';

const USER = 'aDmXw3kPq7RtYbN5s';
const CODE = 'aB3dE5gH';
/** The bytes 0 to 31. */
const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
/** The hash under this key. A stored hash must remain verifiable for ever. */
const STORED = 'hmac.v1.ad6934ab.REUCOa5R2jear8UMx_MMRHV7LYNzoQAwEv2SwHTo3Kc';
const OTHER = 'a'.repeat(64);

function hasherWith(...keys: string[]): BackupCodeHasher {
  return new BackupCodeHasher(Object.assign(new EncryptionConfig(), { totpKeys: keys }));
}

/** The same by RFC 5869 and the documentation alone, with none of our code. */
function hashByHand(bound: string[]): string {
  const key = Buffer.from(KEY, 'hex');
  const id = createHash('sha256').update('totp sealing key:').update(key).digest('hex').slice(0, 8);
  const extracted = createHmac('sha256', Buffer.alloc(32)).update(key).digest();
  const derived = createHmac('sha256', extracted).update('backup-code\u0001').digest();
  const text = JSON.stringify([...bound.slice(0, 2), id, ...bound.slice(2)]);
  return `hmac.v1.${id}.${createHmac('sha256', derived).update(text).digest('base64url')}`;
}

describe('BackupCodeHasher', () => {
  const hasher = hasherWith(KEY);

  it('computes an HMAC bound to purpose, version, key and user, with a derived key', () => {
    expect(hasher.hash(USER, CODE)).toBe(STORED);
    expect(hashByHand(['backup-code', 'v1', USER, CODE])).toBe(STORED);
  });

  it('computes a different hash for every user, code and key, and the same one again', () => {
    const made = [
      hasher.hash(USER, CODE),
      hasher.hash(USER.toLowerCase(), CODE),
      hasher.hash(USER, CODE.toLowerCase()),
      hasher.hash('', USER + CODE),
      hasherWith(OTHER).hash(USER, CODE),
    ];
    expect(new Set(made).size).toBe(made.length);
    expect(hasher.hash(USER, CODE)).toBe(made[0]);
    const bare = (text: string): string | undefined => text.split('.')[3];
    expect(bare(made[4] ?? '')).not.toBe(bare(made[0] ?? ''));
  });

  it("computes the workspace's plain hash when there is no key", () => {
    expect(hasherWith().hash(USER, CODE)).toBe(
      'fb6e4a9111bbe35a90cf9eff25219b6b3b3a3621a9aa5400aca00c5f3b28fbfb',
    );
  });

  it('returns every hash that a code may be stored as: the plain one and one for each key', () => {
    const rotated = hasherWith(OTHER, KEY);
    const plain = createHash('sha256').update(CODE).digest('hex');
    const theirs = hasherWith(OTHER).hash(USER, CODE);
    expect(rotated.forms(USER, CODE)).toEqual([plain, theirs, STORED]);
    expect(rotated.hash(USER, CODE)).toBe(theirs);
    expect(hasherWith().forms(USER, CODE)).toEqual([plain]);
  });

  it('tells which key a stored hash needs, and whether that key is given', () => {
    const keyId = STORED.split('.')[2] ?? '';
    expect(hasher.keyOf(STORED)).toBe(keyId);
    expect([hasher.isFirst(keyId), hasherWith(OTHER, KEY).isFirst(keyId)]).toEqual([true, false]);
    expect(hasherWith().isFirst(keyId)).toBe(false);
    for (const able of [hasher, hasherWith(OTHER, KEY)]) expect(able.canVerify(STORED)).toBe(true);
    for (const unable of [hasherWith(), hasherWith(OTHER)]) {
      expect(unable.canVerify(STORED)).toBe(false);
    }
  });

  it.each(['', 'text', createHash('sha256').update(CODE).digest('hex')])(
    'treats %j as a hash that needs no key',
    (stored) => {
      expect([hasher.keyOf(stored), hasher.canVerify(stored)]).toEqual([undefined, true]);
    },
  );

  it.each([
    'hmac.',
    STORED.replace('v1', 'v2'),
    STORED.slice(0, -1),
    `${STORED}A`,
    `${STORED}\n`,
    STORED.replace(/\.[0-9a-f]{8}\./, '.ABCDEF01.'),
  ])('treats %j as a hash that cannot be verified', (stored) => {
    expect([hasher.keyOf(stored), hasher.canVerify(stored)]).toEqual([undefined, false]);
  });
});
