import { mongo } from 'mongoose';
import { Engine, failure, Things } from './engine';

const numbered = (count: number): object[] => Array.from({ length: count }, (_, n) => ({ n }));

describe('cursors and sorting', () => {
  let engine: Engine;
  beforeAll(async () => (engine = await Engine.open()));

  describe('a cursor', () => {
    let things: Things;
    beforeAll(async () => (things = await engine.things(...numbered(350))));

    /** The commands that go over the wire while `action` runs, with the sizes of the batches. */
    async function batches(action: (watched: Things) => Promise<unknown>): Promise<string[]> {
      const client = new mongo.MongoClient(engine.uri, { monitorCommands: true });
      const seen: string[] = [];
      client.on('commandSucceeded', ({ commandName, reply }) => {
        const { cursor } = reply as { cursor?: { firstBatch?: object[]; nextBatch?: object[] } };
        const batch = cursor?.firstBatch ?? cursor?.nextBatch;
        seen.push(batch ? `${commandName} ${batch.length}` : commandName);
      });
      try {
        await action(client.db().collection(things.collectionName));
        return seen.filter((name) => name !== 'endSessions');
      } finally {
        await client.close();
      }
    }

    it('hands out 101 documents, then the rest', async () => {
      expect(await batches((watched) => watched.find().toArray())).toEqual([
        'find 101',
        'getMore 249',
      ]);
    });

    it('hands out batches as large as asked for', async () => {
      const seen = await batches((watched) => watched.find().batchSize(100).toArray());
      expect(seen).toEqual(['find 100', 'getMore 100', 'getMore 100', 'getMore 50']);
    });

    it('hands out every document once', async () => {
      const found = await things.find().batchSize(37).toArray();
      expect(new Set(found.map(({ _id }) => _id)).size).toBe(350);
      expect(found).toHaveLength(350);
    });

    it('needs no second batch where a limit ends the first', async () => {
      expect(await batches((watched) => watched.find().limit(50).toArray())).toEqual(['find 50']);
    });

    it('is killed when it is closed early', async () => {
      const seen = await batches(async (watched) => {
        const cursor = watched.find().batchSize(10);
        await cursor.next();
        await cursor.close();
      });
      expect(seen).toEqual(['find 10', 'killCursors']);
    });

    it('is unknown once it was killed, with code 43', async () => {
      const open = async (): Promise<mongo.Long> => {
        const find = { find: things.collectionName, batchSize: 10 };
        const reply = await engine.db.command(find, { promoteLongs: false });
        return (reply as { cursor: { id: mongo.Long } }).cursor.id;
      };
      const id = await open();
      const other = await open();
      const kill = { killCursors: things.collectionName, cursors: [id] };
      expect(await engine.db.command(kill)).toMatchObject({ ok: 1 });
      const more = (getMore: mongo.Long): Promise<mongo.Document> =>
        engine.db.command({ getMore, collection: things.collectionName, batchSize: 10 });
      expect((await failure(more(id))).code).toBe(43);
      expect(await more(other)).toMatchObject({ ok: 1 });
      await engine.db.command({ ...kill, cursors: [other] });
    });

    it('leaves a find with singleBatch no cursor', async () => {
      const find = { find: things.collectionName, batchSize: 10, singleBatch: true };
      const { cursor } = (await engine.db.command(find)) as {
        cursor: { id: unknown; firstBatch: object[] };
      };
      expect(cursor.firstBatch).toHaveLength(10);
      expect(Number(cursor.id)).toBe(0);
    });

    it('splits batches by their size in bytes', async () => {
      const large = await engine.things(
        ...Array.from({ length: 5 }, () => ({ text: 'x'.repeat(5_000_000) })),
      );
      const found = await large.find({}, { projection: { text: 1 } }).toArray();
      expect(found.map(({ text }) => (text as string).length)).toEqual(
        Array.from({ length: 5 }, () => 5_000_000),
      );
    }, 60_000);

    it('of a collection that is not there is empty', async () => {
      expect(await engine.db.collection('nowhere').find().toArray()).toEqual([]);
    });
  });

  describe('a sort', () => {
    /** The `_id`s in the order of a sort. */
    const order = async (documents: object[], sort: Record<string, 1 | -1>): Promise<number[]> =>
      (await (await engine.things(...documents)).find().sort(sort).toArray()).map(({ _id }) => _id);

    it.each<[string, object[], Record<string, 1 | -1>, number[]]>([
      [
        'takes a missing field for null, and null first',
        [{ a: 1 }, {}, { a: 0 }],
        { a: 1, _id: 1 },
        [1, 2, 0],
      ],
      ['runs the other way', [{ a: 1 }, {}, { a: 2 }], { a: -1 }, [2, 0, 1]],
      [
        'compares strings by bytes',
        [{ a: 'b' }, { a: 'B' }, { a: 'ä' }, { a: 'a' }, { a: '' }],
        { a: 1 },
        [4, 1, 3, 0, 2],
      ],
      [
        'compares numbers across their types',
        [{ a: new mongo.Double(2.5) }, { a: new mongo.Long(2) }, { a: new mongo.Int32(3) }],
        { a: 1 },
        [1, 0, 2],
      ],
      [
        'compares negative numbers and dates',
        [{ a: -1 }, { a: -2.5 }, { a: 0 }, { a: new Date(-1) }, { a: new Date(0) }],
        { a: 1 },
        [1, 0, 2, 3, 4],
      ],
      [
        'goes on to the next field',
        [
          { a: 1, b: 1 },
          { a: 1, b: 2 },
          { a: 0, b: 9 },
        ],
        { a: 1, b: -1 },
        [2, 1, 0],
      ],
      [
        'takes the smallest element of an array going up',
        [{ a: [5, 1] }, { a: [2, 3] }, { a: 4 }],
        { a: 1 },
        [0, 1, 2],
      ],
      [
        'takes the largest element of an array going down',
        [{ a: [5, 1] }, { a: [2, 3] }, { a: 4 }],
        { a: -1 },
        [0, 2, 1],
      ],
      [
        'goes into documents',
        [{ a: { b: 2 } }, { a: { b: 1 } }, { a: 5 }],
        { 'a.b': 1 },
        [2, 1, 0],
      ],
    ])('%s', async (_behaviour, documents, sort, ids) => {
      expect(await order(documents, sort)).toEqual(ids);
    });

    it('puts the types into their order', async () => {
      const values = [
        null,
        5,
        'text',
        { a: 1 },
        new mongo.Binary(Buffer.from([1])),
        new mongo.ObjectId(),
        false,
        true,
        new Date(1),
        /regex/,
      ];
      const documents = values.map((a) => ({ a }));
      const shuffled = documents.map((_document, n) => documents[(n * 7) % documents.length] ?? {});
      const things = await engine.things(...shuffled);
      await things.insertMany([
        { _id: 98, a: new mongo.MinKey() },
        { _id: 99, a: new mongo.MaxKey() },
      ]);
      const sorted = await things.find().sort({ a: 1 }).toArray();
      expect(sorted.map(({ a }) => a as unknown)).toEqual([
        new mongo.MinKey(),
        ...values,
        new mongo.MaxKey(),
      ]);
    });

    it('with skip and limit cuts pages that fit together, also through ties', async () => {
      const things = await engine.things(...Array.from({ length: 30 }, (_, n) => ({ a: n % 3 })));
      const page = async (skip: number): Promise<number[]> => {
        const found = await things.find().sort({ a: 1, _id: -1 }).skip(skip).limit(7).toArray();
        return found.map(({ _id }) => _id);
      };
      const pages = [
        await page(0),
        await page(7),
        await page(14),
        await page(21),
        await page(28),
        await page(35),
      ];
      expect(pages.map((ids) => ids.length)).toEqual([7, 7, 7, 7, 2, 0]);
      const ids = Array.from({ length: 30 }, (_, n) => 29 - n);
      expect(pages.flat()).toEqual([0, 1, 2].flatMap((a) => ids.filter((id) => id % 3 === a)));
    });

    it('comes out the same through an index, both ways', async () => {
      const things = await engine.things(
        ...Array.from({ length: 60 }, (_, n) => ({ a: n % 4, b: (n * 7) % 13 })),
      );
      const sorts = [
        { a: 1, b: 1, _id: 1 },
        { a: -1, b: -1, _id: 1 },
        { a: 1, b: -1, _id: 1 },
      ] as const;
      const run = (): Promise<mongo.Document[][]> =>
        Promise.all(
          sorts.map((sort) =>
            things
              .find({ a: { $gte: 1 } })
              .sort(sort)
              .toArray(),
          ),
        );
      const before = await run();
      await things.createIndexes([{ key: { a: 1, b: 1 } }]);
      expect(await run()).toEqual(before);
    });
  });

  it('count counts what matches, within skip and limit', async () => {
    const things = await engine.things(...numbered(20));
    const count = async (options: object): Promise<unknown> =>
      (await engine.db.command({ count: things.collectionName, ...options })).n as unknown;
    expect(await count({ query: { n: { $lt: 15 } } })).toBe(15);
    expect(await count({ query: { n: { $lt: 15 } }, skip: 12, limit: 9 })).toBe(3);
    expect(await count({ query: { n: 99 } })).toBe(0);
  });
});
