import { QueryFilter, UpdateQuery } from 'mongoose';
import { HASH_LENGTH } from '../../common/crypto/hash-of';
import { CodeReusePolicy } from '../../config/two-factor.config';
import { ACCEPTED_STEPS } from '../methods/totp';
import { BACKUP_CODE_COUNT } from '../secrets/backup-codes.service';
import { CodeClaim, TwoFactorRecord, TimeStepClaim } from './two-factor-record.schema';

/** Two processes whose clocks differ by a step accept one more than one does: no live claim is overwritten. */
export const CLAIM_SLOTS = ACCEPTED_STEPS.length + 1;
/** As many as a user has at a time: each code is taken out of `users` as soon as it is claimed. */
export const HASH_CLAIMS = BACKUP_CODE_COUNT;

/** How long a claim is kept: longer than a code counts, with room for clocks that differ. */
export const KEEP_CLAIM_MS = 5 * 60 * 1000;

/** Of a time that is long over: it stands in nobody's way. */
export const NOBODYS_CLAIM: CodeClaim = {
  timeStep: 0,
  secretHash: '-'.repeat(HASH_LENGTH),
  clientHash: '-'.repeat(HASH_LENGTH),
};

/** How a one-time code is claimed in the record of its user: the words for it, not the statement. */
export class CodeClaims {
  constructor(private readonly reuse: CodeReusePolicy) {}

  /**
   * The precondition. For a time step: its slot is empty, holds an older step or one of another secret, or is this very
   * client's and may be shown again.
   */
  unclaimed(claim: CodeClaim): QueryFilter<TwoFactorRecord> {
    if ('codeHash' in claim) return { hashClaims: { $ne: claim.codeHash } };
    const { timeStep, secretHash, clientHash } = claim;
    const slot = slotOf(claim);
    const free = [
      { [`${slot}.timeStep`]: { $lt: timeStep } },
      // So is a slot that is empty.
      { [`${slot}.secretHash`]: { $ne: secretHash } },
    ];
    if (this.reuse === 'never') return { $or: free };
    const ours = { [`${slot}.timeStep`]: timeStep, [`${slot}.clientHash`]: clientHash };
    return { $or: [...free, ours] };
  }

  /** The change. */
  claim(claim: CodeClaim): UpdateQuery<TwoFactorRecord> {
    return 'codeHash' in claim
      ? { $push: { hashClaims: { $each: [claim.codeHash], $slice: -HASH_CLAIMS } } }
      : { $set: { [slotOf(claim)]: claim } };
  }
}

function slotOf({ timeStep }: TimeStepClaim): string {
  return `claims.s${timeStep % CLAIM_SLOTS}`;
}
