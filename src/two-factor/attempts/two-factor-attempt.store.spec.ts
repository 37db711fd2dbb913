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

/** The sizes that must agree between the store and the code whose claims it keeps. */
describe('stored attempts and claims', () => {
  const claims = new CodeClaims('same-client');
  const slotOf = (timeStep: number): string =>
    Object.keys(claims.claim(claim(timeStep)).$set ?? {})[0] ?? '';

  it('has a slot for every time step that two clocks a step apart accept at once', () => {
    const accepted = [0, 1].flatMap((clock) => ACCEPTED_STEPS.map((step) => 1000 + clock + step));
    const steps = [...new Set(accepted)];
    expect(steps).toHaveLength(CLAIM_SLOTS);
    expect(new Set(steps.map(slotOf)).size).toBe(CLAIM_SLOTS);
  });

  it('has a claim for each backup code that a user has at once', () => {
    expect(HASH_CLAIMS).toBe(newBackupCodes().length);
    expect(claims.claim({ codeHash: 'hash' })).toEqual({
      $push: { hashClaims: { $each: ['hash'], $slice: -HASH_CLAIMS } },
    });
  });

  it('keeps a claim for longer than its code is accepted, even by clocks that differ', () => {
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

  it('gives every guess an id of the same length, valid for one time step', () => {
    const parts = {
      clientSecret: 'secret',
      client: { userAgent: 'agent', address: '192.0.2.1' },
      user: { id: 'user', hasVerifiedAddress: false, services: {} } as never,
      method: 'totp',
      code: '123456',
    };
    const now = guessIds({ ...parts, now: NOON });
    expect([now.id.length, now.formerId.length]).toEqual([HASH_LENGTH, HASH_LENGTH]);
    // The id of a guess changes with the time step, like the code of an authenticator.
    const next = guessIds({ ...parts, now: new Date(NOON.getTime() + STEP_MS) });
    expect(next.formerId).toBe(now.id);
    expect(guessIds({ ...parts, now: new Date(NOON.getTime() + STEP_MS - 1) })).toEqual(now);
    const secret = newTotpSecret();
    const step = (time: Date): number => findTimeStep(secret, totpCode(secret, time), time) ?? NaN;
    expect(step(new Date(NOON.getTime() + STEP_MS)) - step(NOON)).toBe(1);
  });
});

describe('claim of a time step', () => {
  const ours = { 'claims.s3.timeStep': 7, 'claims.s3.clientHash': claim(7).clientHash };
  const free = [
    { 'claims.s3.timeStep': { $lt: 7 } },
    { 'claims.s3.secretHash': { $ne: claim(7).secretHash } },
  ];

  it('demands a slot with an older step, another secret, or the same client', () => {
    expect(new CodeClaims('same-client').unclaimed(claim(7))).toEqual({ $or: [...free, ours] });
  });

  it('demands a free slot when no code may be submitted again', () => {
    expect(new CodeClaims('never').unclaimed(claim(7))).toEqual({ $or: free });
  });

  it('demands that the hash of a stored code has not been claimed', () => {
    const { unclaimed } = CodeClaims.prototype;
    expect(unclaimed.call(new CodeClaims('never'), { codeHash: 'hash' })).toEqual({
      hashClaims: { $ne: 'hash' },
    });
  });
});
