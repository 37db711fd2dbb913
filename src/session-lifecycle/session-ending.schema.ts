import { createHash } from 'node:crypto';
import { Prop } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../database/own-document';
import type { StoredDevice } from '../workspace-data/sessions/stored-device';
import type { EndingReason } from './revocation';

export const SESSION_ENDINGS_COLLECTION = 'ws_session_endings';

/** What is left to do for a revocation that has been decided. Removed when it is done: it holds the token's hash. */
export interface PendingRevocation {
  since: Date;
  /** Whose token it is; null when nobody holds it. */
  owner: string | null;
  /** Whether session documents that name no owner belong to it. */
  unowned: boolean;
  loginToken: string;
}

/**
 * The ending of one session: what it was, who revoked it, when and why. Inserting it decides who was first
 * (docs/adr/0021). In a collection of our own.
 */
@OwnCollection(SESSION_ENDINGS_COLLECTION)
export class SessionEnding extends OwnDocument {
  /** Which login: see `sessionEndingId`. */
  @Prop({ type: String })
  _id!: string;

  // What the session was, as its document had it: other programs may have written that.
  @Prop({ type: MongooseSchema.Types.Mixed })
  sessionId?: string;

  @Prop({ type: MongooseSchema.Types.Mixed })
  userId?: string;

  @Prop({ type: MongooseSchema.Types.Mixed })
  device?: StoredDevice;

  @Prop({ type: MongooseSchema.Types.Mixed })
  host?: string;

  @Prop({ type: MongooseSchema.Types.Mixed })
  ip?: string;

  @Prop({ type: MongooseSchema.Types.Mixed })
  loginAt?: Date;

  @Prop({ type: Date })
  endedAt!: Date;

  /** The id of the user who revoked it. */
  @Prop({ type: String })
  endedBy!: string;

  @Prop({ type: String })
  reason!: EndingReason;

  @Prop({ type: String })
  note?: string;

  /** Absent once the token is gone and all session documents are stamped. */
  @Prop({ type: Object })
  pending?: PendingRevocation;
}

/**
 * A login is a token of one user. Both are in the id, because documents of one user may carry the hash of another user's
 * token: who revoked those says nothing about the other's login. The id tells nothing of the token.
 */
export function sessionEndingId(owner: string | undefined, hashedToken: string): string {
  const text = JSON.stringify(['session ending', owner ?? null, hashedToken]);
  return createHash('sha256').update(text).digest('base64url');
}

export const SessionEndingSchema = ownSchema(SessionEnding);
SessionEndingSchema.index({ 'pending.since': 1 }, { sparse: true });
SessionEndingSchema.index({ 'pending.loginToken': 1 }, { sparse: true });
