import { QueryFilter, UpdateQuery } from 'mongoose';
import { HASH_LENGTH } from '../../common/crypto/hash-of';
import { CodeReusePolicy } from '../../config/two-factor.config';
import { ACCEPTED_STEPS } from '../methods/totp';
import { BACKUP_CODE_COUNT } from '../secrets/backup-codes.service';
import { CodeClaim, TwoFactorRecord, TimeStepClaim } from './two-factor-record.schema';

/** Clocks of two processes may differ by a step, so they accept one more step; no valid claim is overwritten. */
export const CLAIM_SLOTS = ACCEPTED_STEPS.length + 1;
/** A user has no more at a time: each code leaves `users` as soon as it is claimed. */
export const HASH_CLAIMS = BACKUP_CODE_COUNT;

/** Longer than a code is valid, with room for clock skew. */
export const KEEP_CLAIM_MS = 5 * 60 * 1000;

/** Of a time step long past, so it conflicts with no real claim. */
export const DUMMY_CLAIM: CodeClaim = {
  timeStep: 0,
  secretHash: '-'.repeat(HASH_LENGTH),
  clientHash: '-'.repeat(HASH_LENGTH),
};

export class CodeClaims {
  constructor(private readonly reuse: CodeReusePolicy) {}

  /**
   * The precondition. A time step is free if its slot is empty, holds an older step or one of another secret, or if
   * this client claimed it and may reuse it.
   */
  unclaimed(claim: CodeClaim): QueryFilter<TwoFactorRecord> {
    if ('codeHash' in claim) return { hashClaims: { $ne: claim.codeHash } };
    const { timeStep, secretHash, clientHash } = claim;
    const slot = slotOf(claim);
    const free = [
      { [`${slot}.timeStep`]: { $lt: timeStep } },
      { [`${slot}.secretHash`]: { $ne: secretHash } },
    ];
    if (this.reuse === 'never') return { $or: free };
    const ours = { [`${slot}.timeStep`]: timeStep, [`${slot}.clientHash`]: clientHash };
    return { $or: [...free, ours] };
  }

  claim(claim: CodeClaim): UpdateQuery<TwoFactorRecord> {
    return 'codeHash' in claim
      ? { $push: { hashClaims: { $each: [claim.codeHash], $slice: -HASH_CLAIMS } } }
      : { $set: { [slotOf(claim)]: claim } };
  }
}

function slotOf({ timeStep }: TimeStepClaim): string {
  return `claims.s${timeStep % CLAIM_SLOTS}`;
}
