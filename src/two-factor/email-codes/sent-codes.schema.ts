import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * When the latest codes were sent to one user, or asked for from one address: one document each, in a collection of our
 * own, so that a single atomic statement can ask for the limit and count at once.
 */
@Schema({ collection: 'ws_code_mails', autoIndex: false, autoCreate: false, versionKey: false })
export class SentCodes {
  /** A hash: neither users nor addresses are kept. */
  @Prop({ type: String })
  _id!: string;

  /** The newest first. */
  @Prop({ type: [Date], default: undefined })
  sentAt!: Date[];

  /** When nothing in here matters any more; a TTL index removes the document then. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

export const SentCodesSchema = SchemaFactory.createForClass(SentCodes);
SentCodesSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
