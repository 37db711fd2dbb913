import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/**
 * Who ended a login first. In a collection of our own, for as long as somebody else may be ending the same one: a
 * session has many documents, and no statement changes them all at once.
 */
@Schema({ collection: 'ws_ended_logins', autoIndex: false, autoCreate: false, versionKey: false })
export class SessionEnding {
  /** Which login: see `endedLoginId`. */
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: String })
  endedBy!: string;

  @Prop({ type: Date })
  endedAt!: Date;

  /** A TTL index removes the document then. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

/**
 * A login is a token of one user. Both are in the id, because records of one user may carry the hash of another user's
 * token: who ended those says nothing about the other's login.
 */
export function sessionEndingId(owner: string | undefined, hashedToken: string): string {
  return JSON.stringify([owner ?? null, hashedToken]);
}

export const SessionEndingSchema = SchemaFactory.createForClass(SessionEnding);
SessionEndingSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
