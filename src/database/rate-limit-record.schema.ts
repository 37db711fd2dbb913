import { Prop, raw } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from './own-document';
import { CountedAttempt } from './sliding-window';

/** One attempt, with an id of its own, so that it can be refunded and no other. */
export interface StoredRateAttempt extends CountedAttempt {
  id: string;
}

/** The latest attempts that one counter has counted: a document each, so that one statement can ask and count at once. */
@OwnCollection('ws_rate_limits')
export class RateLimitRecord extends OwnDocument {
  /** See `RateLimitKey`. */
  @Prop({ type: String })
  _id!: string;

  /** The newest first; at most as many as the largest limit. */
  @Prop({ type: [raw({ _id: false, id: String, at: Date })], default: undefined })
  attempts?: StoredRateAttempt[];
}

export const RateLimitRecordSchema = ownSchema(RateLimitRecord);
