import { compare, getRounds, hashSync } from 'bcrypt';
import { SystemClock } from '../common/clock/clock';
import { ClusterConfig } from '../config/cluster.config';
import { HttpConfig } from '../config/http.config';
import { BcryptQueue } from './bcrypt.queue';
import { digestPassword, BcryptHasher } from './bcrypt.hasher';

jest.mock('bcrypt', () => {
  const bcrypt = jest.requireActual<typeof import('bcrypt')>('bcrypt');
  const watched = (digest: string, stored: string): Promise<boolean> =>
    bcrypt.compare(digest, stored);
  return { ...bcrypt, compare: jest.fn(watched) };
});

/** The real bcrypt, observed. */
const compared = compare as jest.Mock<Promise<boolean>, [digest: string, stored: string]>;

const OWNER = 'address:192.0.2.1';

describe('BcryptHasher', () => {
  const checker = new BcryptHasher(
    new BcryptQueue(new SystemClock(), new HttpConfig(), new ClusterConfig()),
  );
  const digest = digestPassword('correct horse');
  const stored = hashSync(digest, 4);

  beforeEach(() => {
    compared.mockClear();
  });

  it('accepts only the right password, in both forms of bcrypt', async () => {
    expect(await checker.verify(digest, stored, OWNER)).toBe(true);
    expect(await checker.verify(digest, stored.replace('$2b$', '$2a$'), OWNER)).toBe(true);
    expect(await checker.verify(digestPassword('wrong horse'), stored, OWNER)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['empty text', ''],
    ['a plain password', 'correct horse'],
    ['the digest itself', digest],
    ['a form that bcrypt does not read', stored.replace('$2b$', '$2y$')],
    ['a hash of 2^16 rounds, which would take minutes', stored.replace('$04$', '$16$')],
    ['a hash of 2^31 rounds, which would take days', stored.replace('$04$', '$31$')],
    ['an object', { $ne: '' }],
    ['an array with the hash', [stored]],
  ])('refuses after the same amount of work when %s is stored', async (_case, value) => {
    expect(await checker.verify(digest, value as string, OWNER)).toBe(false);
    const [[, hash] = []] = compared.mock.calls;
    expect(getRounds(String(hash))).toBe(10);
  });
});
