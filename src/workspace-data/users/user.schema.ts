import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { USERS_COLLECTION } from '../collections';
import type { StoredServices } from './stored-services';

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
