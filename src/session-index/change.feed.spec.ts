import { mongo } from 'mongoose';
import { ChangeFeed, HistoryLost } from './change.feed';

/** A feed whose stream fails at once with this code. */
function failing(code: number): ChangeFeed {
  const failure = new mongo.MongoServerError({ message: 'refused', code });
  const stream = { tryNext: () => Promise.reject(failure), close: () => Promise.resolve() };
  const changes = { watch: () => stream };
  const endings = { heldBack: undefined, isDue: false };
  return new ChangeFeed('users', changes as never, {} as never, endings as never, undefined);
}

describe('ChangeFeed', () => {
  it.each<[string, number]>([
    ['the history does not reach so far back', 286],
    ['the stream has ended', 280],
    ['the position is of another database', 260],
    // It would be met again after each resumption.
    ['a change is too large to be sent', 10334],
  ])('asks for a rebuild when %s', async (_what, code) => {
    await expect(failing(code).open()).rejects.toThrow(HistoryLost);
  });

  it('passes on what a later try may mend', async () => {
    await expect(failing(91).open()).rejects.toThrow(mongo.MongoServerError);
  });
});
