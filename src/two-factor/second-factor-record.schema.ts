import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

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

/**
 * What the service remembers about a user's second factor: one document per user, in a collection of our own, so that
 * a single atomic statement can ask for the lockout and claim a code at once.
 */
@Schema({ collection: 'ws_second_factors', autoIndex: false, autoCreate: false, versionKey: false })
export class SecondFactorRecord {
  /** The user's id. */
  @Prop({ type: String })
  _id!: string;

  /** Wrong codes in the present window. */
  @Prop({ type: Number })
  failures!: number;

  /** When the wrong codes so far are forgotten. */
  @Prop({ type: Date })
  windowEndsAt!: Date;

  /** By slot: the time step modulo 4, because at most three steps are acceptable at once. */
  @Prop({ type: Object })
  claims?: Record<string, TimeStepClaim>;

  /** The stored hashes of the latest backup codes and codes by e-mail; none of them is accepted a second time. */
  @Prop({ type: [String], default: undefined })
  hashClaims?: string[];

  /** When nothing in here matters any more; a TTL index removes the document then. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

export const SecondFactorRecordSchema = SchemaFactory.createForClass(SecondFactorRecord);
SecondFactorRecordSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
