import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { USERS_COLLECTION } from '../collections';
import { StoredToken } from './stored-token';

/** What the workspace keeps of a person's ways to prove who they are (contract §2). Never leaves the service. */
export interface StoredServices {
  password?: { bcrypt?: string };
  resume?: { loginTokens?: StoredToken[] };
  totp?: StoredTotp;
  email2fa?: { enabled?: boolean; changedAt?: Date };
  emailCode?: StoredEmailCode;
}

/** Secrets are plain base32, or sealed by this service. */
export interface StoredTotp {
  enabled?: boolean;
  secret?: string;
  hashedBackup?: string[];
  /** The secret that is being enrolled. */
  tempSecret?: string;
  /** The hash of the token that has asked for it, and when it counts no more; without them it is of another program. */
  tempToken?: string;
  tempExpire?: Date;
}

/** A code that was sent by e-mail. */
export interface StoredEmailCode {
  /** Its bcrypt hash. */
  code?: string;
  /** The first moment at which it counts no more. */
  expire?: Date;
  /** How many codes have been tried in its place. */
  attempts?: number;
  /** The hash of the code before it, until when it is told from a guess, and how often it has been. */
  replaced?: { code?: string; until?: Date; shown?: number };
}

/** An e-mail address of a person, and whether they have shown that it is theirs. */
export interface StoredEmail {
  address: string;
  verified?: boolean;
}

/** A document of `users`, as far as this service reads it. The collection belongs to the workspace. */
@Schema({ collection: USERS_COLLECTION, autoIndex: false, autoCreate: false, versionKey: false })
export class User {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: String })
  username?: string;

  @Prop({ type: String })
  name?: string;

  @Prop({ type: Boolean })
  active?: boolean;

  @Prop({ type: [String], default: undefined })
  roles?: string[];

  @Prop({ type: [Object], default: undefined })
  emails?: StoredEmail[];

  @Prop({ type: Date })
  createdAt?: Date;

  @Prop({ type: String })
  avatarETag?: string;

  @Prop({ type: String })
  avatarOrigin?: string;

  @Prop({ type: Object })
  services?: StoredServices;
}

export const UserSchema = SchemaFactory.createForClass(User);
