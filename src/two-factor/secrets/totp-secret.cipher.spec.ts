import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { EncryptionConfig } from '../../config/encryption.config';
import { TotpSecretCipher } from './totp-secret.cipher';

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const USER = 'aDmXw3kPq7RtYbN5s';
/** The bytes 0 to 31. */
const KEY = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';
/** The secret under this key and the nonce of the bytes 0 to 11. A stored secret must open for ever. */
const SEALED =
  'sealed.v1.ad6934ab.AAECAwQFBgcICQoL.AEeMX4KrgE3KGKTf4KYyPMST3XC3NR0qfz7W0UwmSuPw8i9DFCv0GnCYxPoDtYvK';
const [OTHER, THIRD] = ['a'.repeat(64), 'b'.repeat(64)];

function sealWith(...keys: string[]): TotpSecretCipher {
  return new TotpSecretCipher(Object.assign(new EncryptionConfig(), { totpKeys: keys }));
}

/** The same by the documentation alone, with none of our code. */
function sealByHand(bound: unknown[], nonce: Buffer): string {
  const key = Buffer.from(KEY, 'hex');
  const id = createHash('sha256').update('totp sealing key:').update(key).digest('hex').slice(0, 8);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(JSON.stringify([...bound.slice(0, 2), id, ...bound.slice(2)])));
  const sealed = cipher.update(SECRET, 'utf8', 'hex') + cipher.final('hex');
  const text = Buffer.concat([Buffer.from(sealed, 'hex'), cipher.getAuthTag()]);
  return `sealed.v1.${id}.${nonce.toString('base64url')}.${text.toString('base64url')}`;
}

describe('TotpSecretCipher', () => {
  const seal = sealWith(KEY);

  it('decrypts an AES-256-GCM secret bound to purpose, version, key and user', () => {
    const bytes = Buffer.from(KEY.slice(0, 24), 'hex');
    expect(sealByHand(['totp-secret', 'v1', USER], bytes)).toBe(SEALED);
    expect(seal.decrypt(USER, SEALED)).toBe(SECRET);
    const nonce = randomBytes(12);
    expect(seal.decrypt(USER, sealByHand(['totp-secret', 'v1', USER], nonce))).toBe(SECRET);
    expect(seal.decrypt(USER, sealByHand(['totp-secret', 'v2', USER], nonce))).toBeUndefined();
    expect(seal.decrypt(USER, sealByHand(['other-secret', 'v1', USER], nonce))).toBeUndefined();
  });

  it('decrypts what it has encrypted, for any secret and user, and reveals nothing of the secret', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (secret, user) => {
        const stored = seal.encrypt(user, secret);
        expect(stored).toMatch(/^sealed\.v1\.ad6934ab\.[\w-]{16}\.[\w-]{22,}$/);
        expect(seal.decrypt(user, stored)).toBe(secret);
        expect(seal.decrypt(`${user}x`, stored)).toBeUndefined();
      }),
    );
    expect(seal.encrypt(USER, SECRET)).not.toContain(SECRET);
  });

  it('never encrypts the same way twice', () => {
    const sealed = Array.from({ length: 1000 }, () => seal.encrypt(USER, SECRET).split('.')[3]);
    expect(new Set(sealed).size).toBe(1000);
  });

  it('refuses to decrypt for another user or with another key', () => {
    for (const user of ['', 'aDmXw3kPq7RtYbN5S', `${USER}"`, 'another']) {
      expect(seal.decrypt(user, SEALED)).toBeUndefined();
    }
    expect(sealWith().decrypt(USER, SEALED)).toBeUndefined();
    expect(sealWith(OTHER, THIRD).decrypt(USER, SEALED)).toBeUndefined();
    // The other key, under the id of the right one.
    const [, , id] = SEALED.split('.');
    const forged = sealWith(OTHER).encrypt(USER, SECRET).split('.').with(2, String(id)).join('.');
    expect(seal.decrypt(USER, forged)).toBeUndefined();
  });

  it('refuses to decrypt when any bit is flipped', () => {
    const bytes = Buffer.from(SEALED);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const opened = seal.decrypt(USER, flipped.toString('latin1'));
      // Without its mark it counts as a plain secret, but it is not base32.
      if (bit < 'sealed.'.length * 8) expect(opened).toMatch(/[^A-Z2-7\s=-]/i);
      else expect(opened).toBeUndefined();
    }
  });

  it('refuses to decrypt another spelling of the same bytes', () => {
    // 16 characters make 32 bytes with the tag, which fill 42 2/3 characters: two bits of the last are unused.
    const stored = seal.encrypt(USER, 'JBSWY3DPEHPK3PXP');
    const last = stored.slice(-1);
    const next = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const respelt = stored.slice(0, -1) + next.charAt(next.indexOf(last) ^ 1);
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(stored, 'base64url'));
    expect(seal.decrypt(USER, respelt)).toBeUndefined();
    expect(seal.decrypt(USER, stored)).toBe('JBSWY3DPEHPK3PXP');
  });

  it.each([
    ['nothing behind the mark', 'sealed.'],
    ['parts missing', 'sealed.v1'],
    ['empty parts', 'sealed.v1...'],
    ['a part too many', `${SEALED}.`],
    ['a line break behind it', `${SEALED}\n`],
    ['padding', `${SEALED}=`],
    ['another version', SEALED.replace('v1', 'v2')],
    ["the key's name in another case", SEALED.replace('ad6934ab', 'AD6934AB')],
    ['a longer nonce', SEALED.replace('.AAEC', '.AAECAAEC')],
    ['no text', SEALED.slice(0, -64)],
    ['less than a tag', SEALED.slice(0, -43)],
    ['a megabyte', `sealed.v1.ad6934ab.AAECAwQFBgcICQoL.${'A'.repeat(1_000_000)}`],
  ])('refuses to decrypt, without throwing, a value with %s', (_case, stored) => {
    expect(seal.decrypt(USER, stored)).toBeUndefined();
  });

  it.each([SECRET, SECRET.toLowerCase(), 'JBSW Y3DP EHPK 3PXP', 'SEALEDV2', ''])(
    'leaves the plain secret %j as it is, with keys or without',
    (plain) => {
      expect(seal.decrypt(USER, plain)).toBe(plain);
      expect(sealWith().decrypt(USER, plain)).toBe(plain);
    },
  );

  it('leaves new secrets plain when there is no key', () => {
    expect(sealWith().encrypt(USER, SECRET)).toBe(SECRET);
  });

  it('encrypts with the first key and decrypts with any of them, in either case', () => {
    const rotated = sealWith(OTHER, KEY.toUpperCase());
    expect(rotated.decrypt(USER, SEALED)).toBe(SECRET);
    expect(rotated.isUpToDate(SEALED)).toBe(false);
    const encryptedAgain = rotated.encrypt(USER, SECRET);
    expect(rotated.isUpToDate(encryptedAgain)).toBe(true);
    expect(sealWith(OTHER).decrypt(USER, encryptedAgain)).toBe(SECRET);
    expect(seal.decrypt(USER, encryptedAgain)).toBeUndefined();
    for (const none of [SECRET, 'sealed.v1', '']) expect(rotated.isUpToDate(none)).toBe(false);
    expect(sealWith().isUpToDate(SEALED)).toBe(false);
  });

  it('says why a secret cannot be decrypted, with the name of the key and nothing else', () => {
    expect(sealWith(OTHER).explainFailure(SEALED)).toContain('lacks its key, ad6934ab');
    expect(seal.explainFailure(SEALED)).toContain('altered, or encrypted for another user');
    expect(seal.explainFailure(`sealed.v2.${SECRET}`)).toBe(
      'this version does not know its format',
    );
  });
});
