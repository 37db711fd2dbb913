import { createHash } from 'node:crypto';
import { EncryptionConfig } from '../../config/encryption.config';
import { BackupCodeHasher } from './backup-code.hasher';
import { UnreadableSecretLog } from './unreadable-secret.log';
import { BackupCodes, newBackupCodes } from './backup-codes.service';

const USER = 'aDmXw3kPq7RtYbN5s';
const [KEY, OTHER] = ['a'.repeat(64), 'b'.repeat(64)] as const;

const plain = (code: string): string => createHash('sha256').update(code).digest('hex');

function codesWith(...keys: string[]): { codes: BackupCodes; raised: unknown[][] } {
  const hasher = new BackupCodeHasher(Object.assign(new EncryptionConfig(), { totpKeys: keys }));
  const raised: unknown[][] = [];
  const unreadableSecrets = { warnOfBackupCodes: (...told: unknown[]) => raised.push(told) };
  return {
    codes: new BackupCodes(hasher, unreadableSecrets as unknown as UnreadableSecretLog),
    raised,
  };
}

describe('BackupCodesService', () => {
  it('generates twelve different codes of eight unambiguous characters', () => {
    const codes = newBackupCodes();
    expect(new Set(codes).size).toBe(12);
    expect(codes).toHaveLength(12);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-TW-Za-km-z]{8}$/);
    expect(newBackupCodes()).not.toEqual(codes);
  });

  it.each<[string, string[]]>([
    ['plain', []],
    ['with a key', [KEY]],
    ['with two', [OTHER, KEY]],
  ])('finds a code by its hash, case-sensitively, %s', (_case, keys) => {
    const { codes, raised } = codesWith(...keys);
    const [code = '', ...others] = newBackupCodes();
    const stored = [...others, code].map((each) => codes.hash(USER, each));
    expect(codes.find(USER, stored, code)).toBe(codes.hash(USER, code));
    expect(codes.find(USER, stored, 'aB3dE5gH')).toBeUndefined();
    expect(codes.find(USER, [codes.hash(USER, 'aB3dE5gH')], 'ab3de5gh')).toBeUndefined();
    expect(codes.find(USER, [plain(code)], code)).toBe(plain(code));
    expect(raised).toEqual([]);
  });

  it('finds a code that any of the keys has hashed, for its own user only', () => {
    const stored = [codesWith(KEY).codes.hash(USER, 'aB3dE5gH')];
    expect(codesWith(OTHER, KEY).codes.find(USER, stored, 'aB3dE5gH')).toBe(stored[0]);
    expect(codesWith(OTHER, KEY).codes.find('other', stored, 'aB3dE5gH')).toBeUndefined();
    expect(codesWith(OTHER).codes.find(USER, stored, 'aB3dE5gH')).toBeUndefined();
  });

  it('counts codes and reports them by whether their key is given', () => {
    const stored = [codesWith(KEY).codes.hash(USER, 'aB3dE5gH'), plain('Zz9Yy8Xx'), 7, null];
    expect(codesWith(KEY).codes.countLeft(stored)).toBe(2);
    const { codes, raised } = codesWith(OTHER);
    expect(codes.countLeft(stored)).toBe(1);
    expect(codes.find(USER, stored, 'Zz9Yy8Xx')).toBe(plain('Zz9Yy8Xx'));
    expect(raised).toEqual([]);
    codes.find(USER, stored, 'aB3dE5gH');
    expect(raised).toEqual([[USER, String(stored[0]).split('.')[2]]]);
  });

  it.each(['', 'aB3dE5g', 'aB3dE5gHi', 'aB3dE5g!', 'aB3dE5gH\n', '123456'])(
    'never accepts %j, even if its hash is stored',
    (text) => {
      const { codes } = codesWith(KEY);
      expect(codes.find(USER, [plain(text), codes.hash(USER, text)], text)).toBeUndefined();
    },
  );

  it.each([undefined, null, 'text', 7, {}, [null, 7, {}]])('finds no code in %j', (stored) => {
    expect(codesWith(KEY).codes.find(USER, stored, 'aB3dE5gH')).toBeUndefined();
    expect(codesWith(KEY).codes.countLeft(stored)).toBe(0);
  });
});
