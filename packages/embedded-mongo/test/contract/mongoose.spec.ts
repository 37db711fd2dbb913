import { createConnection, Schema } from 'mongoose';
import { afterTests } from '../support/teardown';
import { Engine, failure } from './engine';

interface Note {
  title: string;
  tags: string[];
  seenAt?: Date;
  parts: { name: string; size: number }[];
}

const schema = new Schema<Note>(
  {
    title: { type: String, required: true, unique: true },
    tags: [String],
    seenAt: Date,
    parts: [{ _id: false, name: String, size: Number }],
  },
  { timestamps: true, optimisticConcurrency: true },
);

describe('Mongoose', () => {
  const connection = createConnection();
  const notes = connection.model('Note', schema);
  afterTests(() => connection.close());

  beforeAll(async () => {
    const engine = await Engine.open();
    await connection.openUri(engine.uri);
    await notes.init();
  });
  beforeEach(() => notes.deleteMany());

  it('makes the indexes of a schema', async () => {
    expect(await notes.listIndexes()).toMatchObject([
      { key: { _id: 1 } },
      { key: { title: 1 }, unique: true },
    ]);
    await expect(notes.syncIndexes()).resolves.toEqual([]);
  });

  it('saves a document, changes it and reads it again', async () => {
    const note = await notes.create({ title: 'a', tags: ['x'], parts: [{ name: 'p', size: 1 }] });
    note.tags.push('y');
    note.set({ 'parts.0.size': 2 });
    note.set({ seenAt: new Date(5) });
    await note.save();
    const found = await notes.findOne({ title: 'a' }).orFail();
    expect(found.toObject()).toMatchObject({
      title: 'a',
      tags: ['x', 'y'],
      seenAt: new Date(5),
      parts: [{ name: 'p', size: 2 }],
    });
  });

  it('refuses to save a document that was changed meanwhile', async () => {
    const { _id } = await notes.create({ title: 'a' });
    const mine = await notes.findById(_id).orFail();
    const theirs = await notes.findById(_id).orFail();
    await theirs.set({ tags: ['theirs'] }).save();
    await expect(mine.set({ tags: ['mine'] }).save()).rejects.toThrow('version');
    expect((await notes.findById(_id).orFail()).tags).toEqual(['theirs']);
  });

  it('casts the values of a filter and of an update', async () => {
    await notes.create({ title: 'a', seenAt: new Date(1_000) });
    const filter = { seenAt: { $gte: '1970-01-01T00:00:01.000Z' } };
    const found = await notes
      .findOneAndUpdate(
        filter as object,
        { $push: { tags: 7 } },
        {
          returnDocument: 'after',
        },
      )
      .select({ _id: 0, tags: 1, seenAt: 1 })
      .lean();
    expect(found).toEqual({ tags: ['7'], seenAt: new Date(1_000) });
  });

  it('passes on E11000', async () => {
    await notes.create({ title: 'a' });
    expect(await failure(notes.create({ title: 'a' }))).toMatchObject({
      code: 11000,
      keyValue: { title: 'a' },
    });
  });

  it('walks through many documents with a cursor', async () => {
    await notes.insertMany(Array.from({ length: 250 }, (_, n) => ({ title: `n${n}` })));
    let seen = 0;
    for await (const note of notes.find().sort({ title: 1 }).cursor({ batchSize: 100 })) {
      expect(note.title).toMatch(/^n\d+$/);
      seen += 1;
    }
    expect(seen).toBe(250);
  });
});
