import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { PERMISSIONS_COLLECTION } from '../collections';

/** A document of `rocketchat_permissions`. The collection belongs to the workspace. */
@Schema({
  collection: PERMISSIONS_COLLECTION,
  autoIndex: false,
  autoCreate: false,
  versionKey: false,
})
export class Permission {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: [String], default: undefined })
  roles?: string[];
}

export const PermissionSchema = SchemaFactory.createForClass(Permission);
