import { SecondFactorChallenge, SecondFactorName } from '../challenge';
import { EmailCodeUse } from '../../workspace-data/users/email-code.repository';
import { TokenOwner } from '../../workspace-data/users/users.repository';

export type FactorOwner = Pick<TokenOwner, 'id' | 'services' | 'hasVerifiedAddress'>;

/** A right code; for a one-time code, which one. */
export type Proof = Reusable | TotpCode | BackupCode | EmailCode;

export interface Reusable {
  kind: 'reusable';
}

export interface TotpCode {
  kind: 'totp';
  timeStep: number;
  /** The secret it belongs to: claims of a replaced secret do not count. */
  secretHash: string;
}

export interface BackupCode {
  kind: 'backup';
  hash: string;
}

export interface EmailCode {
  kind: 'email';
  hash: string;
  use: EmailCodeUse;
}

/** A wrong code that was right until another one has just replaced it. It does not count as a guess. */
export interface NoGuess {
  kind: 'no-guess';
}

/** Undefined if the code is wrong or the user lacks this method. */
export type Verdict = Proof | NoGuess | undefined;

/** One kind of second factor. `verify` has no effect that grants access. */
export interface SecondFactorMethod {
  readonly name: SecondFactorName;
  /** Separates the guesses of methods that share a name: one code may be right for one of them only. */
  readonly verifiesAs?: string;
  isEnabled(user: FactorOwner): boolean;
  /** Sends the code, if there is one to send. @throws ApiError if that fails */
  challenge?(
    user: FactorOwner,
  ): Promise<Omit<SecondFactorChallenge, 'method' | 'availableMethods'>>;
  /** Normalizes what the user typed; empty if that is no code. */
  read(typed: string): string;
  /**
   * Call it only after taking an attempt. A wrong code takes as long as one of a user without this method, so that
   * timing does not tell them apart.
   */
  verify(user: FactorOwner, code: string, now: Date): Promise<Verdict>;
}
