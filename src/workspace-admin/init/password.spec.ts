import { compare } from 'bcrypt';
import { digestPassword } from '../../auth/bcrypt.hasher';
import { hashNewPassword, MINIMUM_PASSWORD_LENGTH } from './password';

const SHORTEST = '🔑'.repeat(MINIMUM_PASSWORD_LENGTH);

describe('a new password', () => {
  it('is hashed whole, by bcrypt of 2^10 rounds', async () => {
    const long = 'x'.repeat(100);
    const hashed = await hashNewPassword(`${long}1`);
    expect(hashed).toMatch(/^\$2b\$10\$/);
    expect(await compare(digestPassword(`${long}1`), hashed)).toBe(true);
    expect(await compare(digestPassword(`${long}2`), hashed)).toBe(false);
  });

  it('has at least twelve characters, which are counted as a person would', async () => {
    expect(MINIMUM_PASSWORD_LENGTH).toBe(12);
    await expect(hashNewPassword(SHORTEST)).resolves.toMatch(/^\$2b\$/);
    await expect(hashNewPassword(SHORTEST.slice('🔑'.length))).rejects.toThrow(
      'must have at least 12 characters',
    );
  });
});
