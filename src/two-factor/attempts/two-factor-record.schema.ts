import { Prop, raw } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../../database/own-document';
import { CountedAttempt } from '../../database/sliding-window';
import { SECOND_FACTORS_COLLECTION } from './second-factors.collection';

/** Which client used the code of a time step first. */
export interface TimeStepClaim {
  timeStep: number;
  /** Of which secret the code is: a claim says nothing about the codes of another. */
  secretHash: string;
  clientHash: string;
}

/** The stored hash of a backup code, or of a code by e-mail, that is being used. */
export interface HashClaim {
  codeHash: string;
}

/** The one-time code that is to be used up. */
export type CodeClaim = TimeStepClaim | HashClaim;

/** A code that is being judged, or that was wrong. */
export interface StoredAttempt extends CountedAttempt {
  /** The id of the guess (`guess.ts`). */
  guess: string;
  /** When it turned out wrong; absent while it is being judged. */
  closedAt?: Date;
}

const STORED_ATTEMPT = { _id: false, guess: String, at: Date, closedAt: Date };

/**
 * What the service remembers about the second factor: one document for a user, one for each login token that showed
 * codes, and one for a user's sign-ins (docs/adr/0003). A collection of our own, so that single atomic statements can
 * take an attempt and claim a code.
 */
@OwnCollection(SECOND_FACTORS_COLLECTION)
export class TwoFactorRecord extends OwnDocument {
  /** The key of a counter. */
  @Prop({ type: String })
  _id!: string;

  /** The newest first; at most as many as may be made within the window. */
  @Prop({ type: [raw(STORED_ATTEMPT)], default: undefined })
  attempts?: StoredAttempt[];

  /** Of a user. By slot: the time step modulo the number of slots (`code-claims.ts`). */
  @Prop({ type: Object })
  claims?: Record<string, TimeStepClaim>;

  /**
   * Of a user: the stored hashes of the latest backup codes and codes by e-mail; none of them is accepted a second time.
   */
  @Prop({ type: [String], default: undefined })
  hashClaims?: string[];
}

export const TwoFactorRecordSchema = ownSchema(TwoFactorRecord);
