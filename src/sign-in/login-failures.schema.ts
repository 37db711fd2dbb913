import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * When the latest wrong passwords for one name, for one account or from one address were shown: one document each, in a
 * collection of our own, so that a single atomic statement can ask for a block and count at once.
 */
@Schema({ collection: 'ws_login_failures', autoIndex: false, autoCreate: false, versionKey: false })
export class LoginFailures {
  /** The key of the counter. */
  @Prop({ type: String })
  _id!: string;

  /** The oldest first; at most as many as block. */
  @Prop({ type: [Date], default: undefined })
  attempts!: Date[];

  /** When nothing in here matters any more; a TTL index removes the document then. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

export const LoginFailuresSchema = SchemaFactory.createForClass(LoginFailures);
LoginFailuresSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
