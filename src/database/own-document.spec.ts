import { Prop } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from './own-document';

@OwnCollection('ws_examples')
class Example extends OwnDocument {
  @Prop({ type: String })
  _id!: string;
}

describe('the schema of an own document', () => {
  const schema = ownSchema(Example);

  it('has what the document declares, and when it ends', () => {
    expect(Object.keys(schema.paths).sort()).toEqual(['_id', 'expiresAt']);
  });

  it('names the collection, and leaves it to nothing else to make it or its indexes', () => {
    expect(schema.get('collection')).toBe('ws_examples');
    expect([schema.get('autoIndex'), schema.get('autoCreate')]).toEqual([false, false]);
    expect(schema.get('versionKey')).toBe(false);
  });

  it('has the TTL index that removes documents at their end', () => {
    expect(schema.indexes()).toEqual([[{ expiresAt: 1 }, { expireAfterSeconds: 0 }]]);
  });
});
