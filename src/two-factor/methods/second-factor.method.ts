import { SecondFactorName } from '../../common/errors/api-error';
import { TokenOwner } from '../../users/users.service';

/** A code was right. For a one-time code: which one it was. */
export interface Proof {
  timeStep?: number;
  /** The stored hash of a backup code. */
  backupHash?: string;
}

/** One way to prove it again. Judges a code and changes nothing. */
export interface SecondFactorMethod {
  readonly name: SecondFactorName;
  /** Judging takes long enough to be an attack by itself: ask for a lockout first. */
  readonly isCostly: boolean;
  isEnabled(services: TokenOwner['services']): boolean;
  /** The proof, or undefined when the code is wrong or the user does not have this factor. */
  judge(services: TokenOwner['services'], code: string, now: Date): Promise<Proof | undefined>;
}
