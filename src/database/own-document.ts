import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

export abstract class OwnDocument {
  @Prop({ type: Date })
  expiresAt!: Date;
}

/** The prefix distinguishes it from Rocket.Chat's collections. */
export function OwnCollection(collection: `ws_${string}`): ClassDecorator {
  return Schema({ collection, autoIndex: false, autoCreate: false, versionKey: false });
}

/** Adds the TTL index that every own collection has. */
export function ownSchema<T extends OwnDocument>(document: new () => T): MongooseSchema<T> {
  const schema = SchemaFactory.createForClass(document);
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return schema;
}
