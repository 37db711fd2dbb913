import { Prop, raw } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from './own-document';
import { CountedAttempt } from './sliding-window';

export interface StoredRateAttempt extends CountedAttempt {
  id: string;
}

/** One document per counted key, so that one statement can check and count. */
@OwnCollection('ws_rate_limits')
export class RateLimitRecord extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  /** Newest first. */
  @Prop({ type: [raw({ _id: false, id: String, at: Date })], default: undefined })
  attempts?: StoredRateAttempt[];

  /** Instead of `attempts`, where only a number per fixed window is counted. */
  @Prop({ type: Number })
  count?: number;
}

export const RateLimitRecordSchema = ownSchema(RateLimitRecord);
