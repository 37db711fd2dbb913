import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { ROLES_COLLECTION } from '../collections';

/** A document of `rocketchat_roles`. The collection belongs to the workspace. */
@Schema({ collection: ROLES_COLLECTION, autoIndex: false, autoCreate: false, versionKey: false })
export class Role {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: String })
  name!: string;

  @Prop({ type: String })
  description!: string;

  @Prop({ type: Boolean })
  protected!: boolean;

  /** `Users`: held in the whole workspace. `Subscriptions`: held within one room. */
  @Prop({ type: String })
  scope!: 'Users' | 'Subscriptions';
}

export const RoleSchema = SchemaFactory.createForClass(Role);
