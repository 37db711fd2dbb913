import { Model, mongo } from 'mongoose';
import { SessionEnding } from './session-ending.schema';
import { SessionEndingsRepository } from './session-endings.repository';

const ENDINGS = ['a', 'b', 'c'].map((_id) => ({ _id }) as SessionEnding);
const DUPLICATE = 11000;

describe('SessionEndingsRepository.insertNew', () => {
  const insertMany = jest.fn<Promise<unknown>, unknown[]>();
  const find = jest.fn();
  const repository = new SessionEndingsRepository({
    collection: { insertMany },
    find,
  } as unknown as Model<SessionEnding>);

  beforeEach(() => {
    jest.resetAllMocks();
  });

  const refused = (
    writeErrors: { code: number; index: number }[],
    { code = DUPLICATE, concern }: { code?: number; concern?: object } = {},
  ): Error => {
    const result = { getWriteConcernError: () => concern };
    return new mongo.MongoBulkWriteError(
      { message: 'refused', code, writeErrors } as never,
      result as never,
    );
  };

  it('goes on behind one that exists', async () => {
    insertMany.mockResolvedValue({});
    expect(await repository.insertNew(ENDINGS)).toEqual([]);
    expect(insertMany.mock.calls).toEqual([[ENDINGS, { ordered: false }]]);
  });

  it('tells which exist', async () => {
    insertMany.mockRejectedValue(
      refused([
        { code: DUPLICATE, index: 0 },
        { code: DUPLICATE, index: 2 },
      ]),
    );
    expect(await repository.insertNew(ENDINGS)).toEqual(['a', 'c']);
  });

  it.each<[string, Error]>([
    ['an error of ours', new TypeError('ours')],
    ['no answer', new mongo.MongoNetworkError('away')],
    [
      'a duplicate beside another error',
      refused([
        { code: DUPLICATE, index: 0 },
        { code: 121, index: 1 },
      ]),
    ],
    ['another error', refused([{ code: 121, index: 1 }], { code: 121 })],
    [
      'a duplicate that a majority may not have',
      refused([{ code: DUPLICATE, index: 0 }], { concern: { code: 64 } }),
    ],
  ])('decides nothing on %s', async (_what, error) => {
    insertMany.mockRejectedValue(error);
    await expect(repository.insertNew(ENDINGS)).rejects.toBe(error);
  });

  it('asks nothing about none', async () => {
    expect(await repository.insertNew([])).toEqual([]);
    expect(await repository.findByIds([])).toEqual([]);
    expect([insertMany.mock.calls, find.mock.calls]).toEqual([[], []]);
  });
});
