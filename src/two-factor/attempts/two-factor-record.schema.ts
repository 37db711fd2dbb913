import { Prop, raw } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../../database/own-document';
import { CountedAttempt } from '../../database/sliding-window';
import { SECOND_FACTORS_COLLECTION } from './second-factors.collection';

/** Which client first used the code of a time step. */
export interface TimeStepClaim {
  timeStep: number;
  /** A claim covers the codes of this secret only. */
  secretHash: string;
  clientHash: string;
}

export interface HashClaim {
  codeHash: string;
}

export type CodeClaim = TimeStepClaim | HashClaim;

export interface StoredAttempt extends CountedAttempt {
  guess: string;
  /** When it was found wrong; absent while it is being verified. */
  closedAt?: Date;
}

const STORED_ATTEMPT = { _id: false, guess: String, at: Date, closedAt: Date };

/**
 * What the service remembers about second factors: one document per user, per login token that submitted codes, and for
 * a user's sign-ins (docs/adr/0003). A collection of our own, so that one atomic statement can take an attempt and
 * claim a code.
 */
@OwnCollection(SECOND_FACTORS_COLLECTION)
export class TwoFactorRecord extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  /** Newest first; at most as many as the window allows. */
  @Prop({ type: [raw(STORED_ATTEMPT)], default: undefined })
  attempts?: StoredAttempt[];

  /** In the record of a user. By slot: the time step modulo the number of slots (`code-claims.ts`). */
  @Prop({ type: Object })
  claims?: Record<string, TimeStepClaim>;

  /** In the record of a user: hashes of the latest backup and e-mail codes, which are not accepted again. */
  @Prop({ type: [String], default: undefined })
  hashClaims?: string[];
}

export const TwoFactorRecordSchema = ownSchema(TwoFactorRecord);
