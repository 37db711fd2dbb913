import { once } from 'node:events';
import { mongo } from 'mongoose';
import { UnboundedMongoClient } from '../database/unbounded-mongo-client';
import { IndexRebuilder } from './index.rebuilder';
import { SessionProjector } from './session.projector';

/** A database that is still looking for the first login. */
class SilentClient {
  isClosed = false;
  private readonly closing = new AbortController();

  db(): unknown {
    const aggregate = (): AsyncGenerator<never> => this.scan();
    return { collection: () => ({ findOne: () => Promise.resolve(null), aggregate }) };
  }

  close(): Promise<void> {
    this.closing.abort();
    this.isClosed = true;
    return Promise.resolve();
  }

  /** An operation under way fails when its client is closed, as the driver's do. */
  private async *scan(): AsyncGenerator<never> {
    const { signal } = this.closing;
    if (!signal.aborted) await once(signal, 'abort');
    yield Promise.reject(new mongo.MongoClientClosedError());
  }
}

describe('IndexRebuilder', () => {
  let client: SilentClient;
  let rebuilder: IndexRebuilder;
  beforeEach(() => {
    client = new SilentClient();
    const unbounded = { open: () => Promise.resolve(client) } as unknown as UnboundedMongoClient;
    rebuilder = new IndexRebuilder(unbounded, {} as SessionProjector);
  });

  it('ends at once when it is aborted, and says so', async () => {
    const aborting = new AbortController();
    const reason = new Error('The service stops.');
    const run = rebuilder.run({ signal: aborting.signal });
    setImmediate(() => {
      aborting.abort(reason);
    });
    await expect(run).rejects.toBe(reason);
    expect(client.isClosed).toBe(true);
  });

  it('does not begin when it was aborted before', async () => {
    const signal = AbortSignal.abort();
    await expect(rebuilder.run({ signal })).rejects.toBe(signal.reason);
    expect(client.isClosed).toBe(true);
  });

  it('passes on what the database says', async () => {
    const run = rebuilder.run({ signal: new AbortController().signal });
    setImmediate(() => void client.close());
    await expect(run).rejects.toThrow(mongo.MongoClientClosedError);
  });
});
