import { createHash } from 'node:crypto';
import { Prop } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import type { RequestOrigin } from '../audit/request-notes';
import { OwnCollection, OwnDocument, ownSchema } from '../database/own-document';
import type { StoredDevice } from '../workspace-data/sessions/stored-device';
import type { EndingReason } from './revocation';

export const SESSION_ENDINGS_COLLECTION = 'ws_session_endings';

/** The rest of a decided revocation. Removed when it is done, because it may contain the token hash. */
export interface PendingRevocation {
  since: Date;
  /** The owner of the token; null if it has no holder. */
  owner: string | null;
  /** Whether session documents without an owner belong to it. */
  unowned: boolean;
  /** Absent if another program did all of it, so that only the audit record is left to store. */
  loginToken?: string;
  /** The request that decided it, for the audit record. */
  origin?: RequestOrigin;
}

/**
 * The ending of one session: what it was, who revoked it, when and why. The insert decides which revocation was first
 * (docs/adr/0021).
 */
@OwnCollection(SESSION_ENDINGS_COLLECTION)
export class SessionEnding extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  // From the session document, which other programs may have written.
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

  @Prop({ type: String })
  endedBy?: string;

  @Prop({ type: String })
  reason!: EndingReason;

  @Prop({ type: String })
  note?: string;

  /** Absent once the token is gone, the session documents are stamped, and the audit record is stored. */
  @Prop({ type: Object })
  pending?: PendingRevocation;
}

/**
 * Identifies a token of one user. Documents of one user may carry the hash of another user's token, so the owner is
 * part of the id. The id does not reveal the token.
 */
export function sessionEndingId(owner: string | undefined, hashedToken: string): string {
  const text = JSON.stringify(['session ending', owner ?? null, hashedToken]);
  return createHash('sha256').update(text).digest('base64url');
}

export const SessionEndingSchema = ownSchema(SessionEnding);
// The history, newest first, whole or of one user, one who ended them, one reason.
const NEWEST_FIRST = { endedAt: -1, _id: -1 } as const;
SessionEndingSchema.index(NEWEST_FIRST);
SessionEndingSchema.index({ userId: 1, ...NEWEST_FIRST });
SessionEndingSchema.index({ endedBy: 1, ...NEWEST_FIRST });
SessionEndingSchema.index({ reason: 1, ...NEWEST_FIRST });
SessionEndingSchema.index({ 'pending.since': 1 }, { sparse: true });
SessionEndingSchema.index({ 'pending.loginToken': 1 }, { sparse: true });
