import { mongo } from 'mongoose';
import { Engine, failure, Things } from './engine';

const DUPLICATE_KEY = 11000;
const RIVALS = 12;

describe('upserts and races', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  const upsert = { upsert: true };

  describe('an upsert', () => {
    it('begins with what the filter is equal to', async () => {
      const things = await engine.things();
      await things.updateOne(
        { _id: 7, a: 1, 'b.c': 2, d: { $eq: 3 }, e: { $gt: 5 }, $and: [{ f: 4 }] },
        { $set: { g: 5 }, $setOnInsert: { h: 6 } },
        upsert,
      );
      expect(await things.find().toArray()).toEqual([
        { _id: 7, a: 1, b: { c: 2 }, d: 3, f: 4, g: 5, h: 6 },
      ]);
    });

    it('tells the _id it made', async () => {
      const collection = (await engine.things()) as unknown as mongo.Collection;
      const result = await collection.updateOne({ a: 1 }, { $set: { b: 2 } }, upsert);
      expect(result).toMatchObject({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1 });
      expect(result.upsertedId).toBeInstanceOf(mongo.ObjectId);
      expect(await collection.findOne()).toEqual({ _id: result.upsertedId, a: 1, b: 2 });
    });

    it('updates when there is something to update, without $setOnInsert', async () => {
      const things = await engine.things({ a: 1 });
      const update = { $inc: { n: 1 }, $setOnInsert: { made: true } };
      const result = await things.updateOne({ _id: 0 }, update, upsert);
      expect(result).toMatchObject({ matchedCount: 1, upsertedCount: 0, upsertedId: null });
      expect(await things.find().toArray()).toEqual([{ _id: 0, a: 1, n: 1 }]);
    });

    it('takes only the _id from the filter when it replaces', async () => {
      const things = await engine.things();
      await things.replaceOne({ _id: 7, a: 1 }, { b: 2 }, upsert);
      expect(await things.find().toArray()).toEqual([{ _id: 7, b: 2 }]);
    });

    it('of many inserts one', async () => {
      const things = await engine.things();
      const result = await things.updateMany({ _id: 7 }, { $set: { a: 1 } }, upsert);
      expect(result).toMatchObject({ upsertedCount: 1, upsertedId: 7 });
    });

    it('begins $inc and $push from nothing, and $pull does nothing', async () => {
      const things = await engine.things();
      const update: mongo.Document = { $inc: { n: 3 }, $push: { a: 1 }, $pull: { b: 1 } };
      await things.updateOne({ _id: 7 }, update, upsert);
      expect(await things.findOne()).toEqual({ _id: 7, n: 3, a: [1] });
    });

    it('shows nothing before, and the new document after', async () => {
      const things = await engine.things();
      const update = { $set: { a: 1 } };
      expect(await things.findOneAndUpdate({ _id: 1 }, update, upsert)).toBeNull();
      expect(
        await things.findOneAndUpdate({ _id: 2 }, update, {
          upsert: true,
          returnDocument: 'after',
        }),
      ).toEqual({ _id: 2, a: 1 });
    });

    it('with a precondition that fails runs into the document that is there', async () => {
      const things = await engine.things({ n: 5 });
      const refused = await failure(
        things.updateOne({ _id: 0, n: { $lt: 5 } }, { $inc: { n: 1 } }, upsert),
      );
      expect(refused).toMatchObject({
        code: DUPLICATE_KEY,
        keyPattern: { _id: 1 },
      });
      expect(await things.findOne()).toEqual({ _id: 0, n: 5 });
    });
  });

  /** Runs the same thing many times at once; of each either its result, or the code of its error. */
  async function race<T>(act: (rival: number) => Promise<T>): Promise<(T | { code: unknown })[]> {
    const rivals = Array.from({ length: RIVALS }, (_, rival) => rival);
    return Promise.all(
      rivals.map((rival) =>
        act(rival).catch((error: unknown) => ({ code: (error as mongo.MongoServerError).code })),
      ),
    );
  }

  const isRefused = (outcome: object): boolean => 'code' in outcome;

  describe('of rivals on one _id', () => {
    it('exactly one makes the document, whatever becomes of the others', async () => {
      const things = await engine.things();
      const outcomes = await race((rival) =>
        things.updateOne({ _id: 7 }, { $setOnInsert: { winner: rival } }, upsert),
      );
      const made = outcomes.filter(
        (outcome) => 'upsertedCount' in outcome && outcome.upsertedCount === 1,
      );
      expect(made).toHaveLength(1);
      for (const outcome of outcomes.filter(isRefused))
        expect(outcome).toEqual({ code: DUPLICATE_KEY });
      expect(await things.find().toArray()).toEqual([
        { _id: 7, winner: outcomes.findIndex((outcome) => made.includes(outcome)) },
      ]);
    });

    it('exactly one gets past the precondition, and the others get E11000', async () => {
      const things = await engine.things({ until: 10 });
      const outcomes = await race((rival) =>
        things.updateOne(
          { _id: 0, until: { $lte: 10 } },
          { $set: { until: 20, owner: rival } },
          upsert,
        ),
      );
      expect(outcomes.filter((outcome) => !isRefused(outcome))).toHaveLength(1);
      expect(outcomes.filter(isRefused)).toEqual(
        Array.from({ length: RIVALS - 1 }, () => ({ code: DUPLICATE_KEY })),
      );
      expect(await things.findOne()).toEqual({
        _id: 0,
        until: 20,
        owner: outcomes.findIndex((outcome) => !isRefused(outcome)),
      });
    });

    it('one insert wins', async () => {
      const things = await engine.things();
      const outcomes = await race((rival) => things.insertOne({ _id: 7, rival }));
      expect(outcomes.filter(isRefused)).toHaveLength(RIVALS - 1);
      expect(await things.find().toArray()).toHaveLength(1);
    });

    it('each takes one element away with $pull, and none twice', async () => {
      const things = await engine.things({ codes: ['a', 'b', 'c'] });
      const outcomes = await race((rival) => {
        const code = 'abc'.charAt(rival % 3);
        const update: mongo.Document = { $pull: { codes: code } };
        return things.updateOne({ _id: 0, codes: code }, update);
      });
      expect(
        outcomes.filter((outcome) => 'modifiedCount' in outcome && outcome.modifiedCount === 1),
      ).toHaveLength(3);
      expect(await things.findOne()).toEqual({ _id: 0, codes: [] });
    });
  });

  describe('rivals that count', () => {
    it('lose no step', async () => {
      const things = await engine.things({ n: 0 });
      await race(() => things.updateOne({ _id: 0 }, { $inc: { n: 1 } }));
      expect(await things.findOne()).toEqual({ _id: 0, n: RIVALS });
    });

    it('never get above the cap in the filter', async () => {
      const things = await engine.things({ n: 0 });
      const seen = await race(() =>
        things
          .findOneAndUpdate(
            { _id: 0, n: { $lt: 5 } },
            { $inc: { n: 1 } },
            { returnDocument: 'after' },
          )
          .then((after) => ({ n: after?.n as unknown })),
      );
      expect(await things.findOne()).toEqual({ _id: 0, n: 5 });
      const counted = seen.flatMap((after) =>
        'n' in after && after.n !== undefined ? [after.n] : [],
      );
      expect(counted.sort()).toEqual([1, 2, 3, 4, 5]);
    });

    it('never get above the cap when the first of them makes the counter', async () => {
      const things: Things = await engine.things();
      const outcomes = await race(() =>
        things.updateOne({ _id: 7, n: { $lt: 5 } }, { $inc: { n: 1 } }, upsert),
      );
      const counter = await things.findOne();
      // One that loses the race for the first insert may hear E11000 although the cap is not reached.
      expect(counter?.n).toBe(outcomes.filter((outcome) => !isRefused(outcome)).length);
      expect(counter?.n).toBeLessThanOrEqual(5);
      expect(counter?.n).toBeGreaterThanOrEqual(1);
    });
  });
});
