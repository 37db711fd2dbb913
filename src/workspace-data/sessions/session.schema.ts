import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema, Types } from 'mongoose';
import { SESSIONS_COLLECTION } from '../collections';
import type { StoredDevice } from './stored-device';

/** A document of `rocketchat_sessions`, as far as this service reads it. The collection belongs to the workspace. */
@Schema({
  collection: SESSIONS_COLLECTION,
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
})
export class Session {
  @Prop({ type: MongooseSchema.Types.Mixed })
  _id!: string | Types.ObjectId;

  @Prop({ type: String })
  sessionId?: string;

  @Prop({ type: String })
  userId?: string;

  /** The hash of the login token. Never leaves the service. */
  @Prop({ type: String })
  loginToken?: string;

  @Prop({ type: String })
  ip?: string;

  @Prop({ type: String })
  host?: string;

  @Prop({ type: Object })
  device?: StoredDevice;

  @Prop({ type: Date })
  loginAt?: Date;

  @Prop({ type: Date })
  logoutAt?: Date;

  @Prop({ type: String })
  logoutBy?: string;

  @Prop({ type: Date })
  _updatedAt?: Date;
}

export const SessionSchema = SchemaFactory.createForClass(Session);
