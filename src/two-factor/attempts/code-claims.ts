import { QueryFilter, UpdateQuery } from 'mongoose';
import { CodeReusePolicy } from '../../config/two-factor.config';
import { CodeClaim, TwoFactorRecord, TimeStepClaim } from './two-factor-record.schema';

/** One more than the time steps that are acceptable at once, so that no live claim is overwritten. */
const CLAIM_SLOTS = 4;
/** As many backup codes as a user has at a time; each code is taken out of `users` as soon as it is claimed. */
const HASH_CLAIMS = 12;

/** How long a claim is kept: longer than a code counts, with room for clocks that differ. */
export const KEEP_CLAIM_MS = 5 * 60 * 1000;

/** Of a time that is long over: it stands in nobody's way. */
export const NOBODYS_CLAIM: CodeClaim = {
  timeStep: 0,
  secretHash: '-'.repeat(44),
  clientHash: '-'.repeat(44),
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
