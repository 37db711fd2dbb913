import { findBackupCode, hashBackupCode, newBackupCodes } from './backup-codes';

describe('backup codes', () => {
  it('are twelve different ones of eight characters that nobody mistakes for each other', () => {
    const codes = newBackupCodes();
    expect(new Set(codes).size).toBe(12);
    expect(codes).toHaveLength(12);
    for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-TW-Za-km-z]{8}$/);
    expect(newBackupCodes()).not.toEqual(codes);
  });

  it('are stored as the workspace stores them: hex of the SHA-256', () => {
    expect(hashBackupCode('aB3dE5gH')).toBe(
      'fb6e4a9111bbe35a90cf9eff25219b6b3b3a3621a9aa5400aca00c5f3b28fbfb',
    );
  });

  it('are found by their hash, in their very case', () => {
    const [code = '', ...others] = newBackupCodes();
    const stored = [...others, code].map(hashBackupCode);
    expect(findBackupCode(stored, code)).toBe(hashBackupCode(code));
    expect(findBackupCode(stored, 'aB3dE5gH')).toBeUndefined();
    expect(findBackupCode([hashBackupCode('aB3dE5gH')], 'ab3de5gh')).toBeUndefined();
  });

  it.each(['', 'aB3dE5g', 'aB3dE5gHi', 'aB3dE5g!', 'aB3dE5gH\n', '123456'])(
    'are never %j, even if its hash is stored',
    (text) => {
      expect(findBackupCode([hashBackupCode(text)], text)).toBeUndefined();
    },
  );

  it.each([undefined, null, 'text', 7, {}, [null, 7, {}]])('are not in %j', (stored) => {
    expect(findBackupCode(stored, 'aB3dE5gH')).toBeUndefined();
  });
});
