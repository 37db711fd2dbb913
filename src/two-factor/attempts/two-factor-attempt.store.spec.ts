import { HASH_LENGTH } from '../../common/crypto/hash-of';
import { ACCEPTED_STEPS, findTimeStep, newTotpSecret, totpCode } from '../methods/totp';
import { newBackupCodes } from '../secrets/backup-codes.service';
import { CLAIM_SLOTS, CodeClaims, HASH_CLAIMS, KEEP_CLAIM_MS, DUMMY_CLAIM } from './code-claims';
import { guessIds, STEP_MS } from './guess';
import { TimeStepClaim } from './two-factor-record.schema';

const NOON = new Date('2030-01-01T12:00:00Z');
const claim = (timeStep: number): TimeStepClaim => ({
  timeStep,
  secretHash: 's'.repeat(HASH_LENGTH),
  clientHash: 'c'.repeat(HASH_LENGTH),
});

/** What must agree between the store and the files that it stores something for. */
describe('what the attempt store keeps', () => {
  const claims = new CodeClaims('same-client');
  const slotOf = (timeStep: number): string =>
    Object.keys(claims.claim(claim(timeStep)).$set ?? {})[0] ?? '';

  it('is a slot for each time step that is accepted at once, by two clocks a step apart', () => {
    const accepted = [0, 1].flatMap((clock) => ACCEPTED_STEPS.map((step) => 1000 + clock + step));
    const steps = [...new Set(accepted)];
    expect(steps).toHaveLength(CLAIM_SLOTS);
    expect(new Set(steps.map(slotOf)).size).toBe(CLAIM_SLOTS);
  });

  it('is a claim for each backup code that a user has at once', () => {
    expect(HASH_CLAIMS).toBe(newBackupCodes().length);
    expect(claims.claim({ codeHash: 'hash' })).toEqual({
      $push: { hashClaims: { $each: ['hash'], $slice: -HASH_CLAIMS } },
    });
  });

  it('is a claim for longer than its code is accepted, also by clocks that differ', () => {
    expect(KEEP_CLAIM_MS).toBeGreaterThan(2 * ACCEPTED_STEPS.length * STEP_MS);
  });

  it('is, for a wrong code, a claim as long as a right one, of a step before all others', () => {
    if (!('timeStep' in DUMMY_CLAIM)) throw new Error('It claims a time step.');
    const { timeStep, secretHash, clientHash } = DUMMY_CLAIM;
    expect(timeStep).toBe(0);
    const real = claim(7);
    expect([secretHash.length, clientHash.length]).toEqual([
      real.secretHash.length,
      real.clientHash.length,
    ]);
  });

  it('is, for a guess, an id as long as that of none', () => {
    const parts = {
      clientSecret: 'secret',
      client: { userAgent: 'agent', address: '192.0.2.1' },
      user: { id: 'user', hasVerifiedAddress: false, services: {} } as never,
      method: 'totp',
      code: '123456',
    };
    const now = guessIds({ ...parts, now: NOON });
    expect([now.id.length, now.formerId.length]).toEqual([HASH_LENGTH, HASH_LENGTH]);
    // The id of a guess lasts for as long as the code of an authenticator.
    const next = guessIds({ ...parts, now: new Date(NOON.getTime() + STEP_MS) });
    expect(next.formerId).toBe(now.id);
    expect(guessIds({ ...parts, now: new Date(NOON.getTime() + STEP_MS - 1) })).toEqual(now);
    const secret = newTotpSecret();
    const step = (time: Date): number => findTimeStep(secret, totpCode(secret, time), time) ?? NaN;
    expect(step(new Date(NOON.getTime() + STEP_MS)) - step(NOON)).toBe(1);
  });
});

describe('the claim of a time step', () => {
  const ours = { 'claims.s3.timeStep': 7, 'claims.s3.clientHash': claim(7).clientHash };
  const free = [
    { 'claims.s3.timeStep': { $lt: 7 } },
    { 'claims.s3.secretHash': { $ne: claim(7).secretHash } },
  ];

  it('demands a slot with an older step, another secret, or our own', () => {
    expect(new CodeClaims('same-client').unclaimed(claim(7))).toEqual({ $or: [...free, ours] });
  });

  it('demands a slot that is free, where no code may be shown again', () => {
    expect(new CodeClaims('never').unclaimed(claim(7))).toEqual({ $or: free });
  });

  it('of a stored code demands that its hash is not among the claimed ones', () => {
    const { unclaimed } = CodeClaims.prototype;
    expect(unclaimed.call(new CodeClaims('never'), { codeHash: 'hash' })).toEqual({
      hashClaims: { $ne: 'hash' },
    });
  });
});
