import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** One login that was begun, and whose password was wrong or has not been judged yet. */
export interface LoginAttempt {
  /** Of this login and no other, so that it can be given back. */
  id: string;
  at: Date;
}

/**
 * The latest attempts by one name, on one account or from one address: one document each, in a collection of our own, so
 * that a single atomic statement can ask for a block and count at once.
 */
@Schema({ collection: 'ws_login_failures', autoIndex: false, autoCreate: false, versionKey: false })
export class LoginFailures {
  /** The key of the counter. */
  @Prop({ type: String })
  _id!: string;

  /** The oldest first; at most as many as block. */
  @Prop({ type: [Object], default: undefined })
  attempts?: LoginAttempt[];

  /** When nothing in here matters any more; a TTL index removes the document then. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

export const LoginFailuresSchema = SchemaFactory.createForClass(LoginFailures);
LoginFailuresSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
