import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';

/** A document of one of our own collections: it says itself how long it matters. */
export abstract class OwnDocument {
  /** When nothing in the document matters any more; a TTL index then removes it. */
  @Prop({ type: Date })
  expiresAt!: Date;
}

/** Declares the collection of an own document. Its name sets it apart from those of Rocket.Chat. */
export function OwnCollection(collection: `ws_${string}`): ClassDecorator {
  return Schema({ collection, autoIndex: false, autoCreate: false, versionKey: false });
}

/** The schema of an own document, with the TTL index that every own collection has. */
export function ownSchema<T extends OwnDocument>(document: new () => T): MongooseSchema<T> {
  const schema = SchemaFactory.createForClass(document);
  schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
  return schema;
}
