import { Prop } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from './own-document';

@OwnCollection('ws_examples')
class Example extends OwnDocument {
  @Prop({ type: String })
  _id!: string;
}

describe('schema of an own document', () => {
  const schema = ownSchema(Example);

  it('contains the declared fields and the time at which the document ends', () => {
    expect(Object.keys(schema.paths).sort()).toEqual(['_id', 'expiresAt']);
  });

  it('names the collection and creates neither it nor its indexes by itself', () => {
    expect(schema.get('collection')).toBe('ws_examples');
    expect([schema.get('autoIndex'), schema.get('autoCreate')]).toEqual([false, false]);
    expect(schema.get('versionKey')).toBe(false);
  });

  it('declares the TTL index that removes expired documents', () => {
    expect(schema.indexes()).toEqual([[{ expiresAt: 1 }, { expireAfterSeconds: 0 }]]);
  });
});
