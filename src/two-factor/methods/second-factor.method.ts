import { SecondFactorChallenge, SecondFactorName } from '../challenge';
import { EmailCodeUse } from '../../workspace-data/users/email-code.repository';
import { TokenOwner } from '../../workspace-data/users/users.repository';

/** Whose factor it is: somebody logged in, or about to be. */
export type FactorOwner = Pick<TokenOwner, 'id' | 'services' | 'hasVerifiedAddress'>;

/** A code was right. For a one-time code: which one it was. */
export type Proof = Reusable | TotpCode | BackupCode | EmailCode;

/** It may be shown again and again. */
export interface Reusable {
  kind: 'reusable';
}

export interface TotpCode {
  kind: 'totp';
  timeStep: number;
  /** Whose codes these are: a secret that has been replaced leaves nothing behind. */
  secretHash: string;
}

export interface BackupCode {
  kind: 'backup';
  /** As it is stored. */
  hash: string;
}

export interface EmailCode {
  kind: 'email';
  /** As it is stored. */
  hash: string;
  use: EmailCodeUse;
}

/** It is wrong, but whoever shows it knew it: a code that somebody else had replaced a moment ago. Nothing counts it. */
export interface NoGuess {
  kind: 'no-guess';
}

/** Undefined: the code is wrong, or the user does not have this factor. */
export type Verdict = Proof | NoGuess | undefined;

/** One way to prove it again. Judging changes nothing that lets anybody in. */
export interface SecondFactorMethod {
  readonly name: SecondFactorName;
  /** What its codes are judged by, where that is not said by the name: the same code may be right by one and not by another. */
  readonly verifiesAs?: string;
  isEnabled(user: FactorOwner): boolean;
  /**
   * Where a code must be sent to whoever has this factor: sends it, and says what they are told.
   * @throws ApiError when it cannot be sent now
   */
  challenge?(
    user: FactorOwner,
  ): Promise<Omit<SecondFactorChallenge, 'method' | 'availableMethods'>>;
  /** What is meant by what somebody typed; empty when that is nothing. */
  read(typed: string): string;
  /**
   * A wrong code takes the same work as that of a user who does not have this factor, so that no clock tells them apart. Only for who has taken
   * an attempt.
   * @param code as `read` gives it
   */
  verify(user: FactorOwner, code: string, now: Date): Promise<Verdict>;
}
