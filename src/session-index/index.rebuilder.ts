import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { UnboundedMongoClient } from '../database/unbounded-mongo-client';
import { scanLiveLogins } from '../workspace-data/sessions/live-logins.scan';
import { LoginKey } from '../workspace-data/sessions/session-writes';
import { isExactly } from './live-row';
import { LIVE_SESSIONS_COLLECTION, LiveRow } from './live-session.schema';
import { loginRowId } from './login-row-id';
import { SessionProjector } from './session.projector';

const BATCH = 250;
/** Batches that are written at the same time. */
const AT_ONCE = 3;

export interface RebuildOptions {
  /** Called after each batch with how many logins and rows have been looked at. */
  progress?: (done: number) => void;
  /** Told, before their rows are removed, of logins that are no longer live. */
  gone?: (logins: readonly LoginKey[]) => Promise<void>;
  /** Ends the work at once. */
  signal?: AbortSignal;
}

/**
 * Brings the whole index up to date in place: looks at every live login, then at every
 * row, and projects what is not as it should be. Safe beside anything else that writes the index, so lists go on meanwhile.
 */
@Injectable()
export class IndexRebuilder {
  constructor(
    private readonly unbounded: UnboundedMongoClient,
    private readonly projector: SessionProjector,
  ) {}

  /** @throws if the database fails; as soon as the signal aborts, its reason */
  async run(options: RebuildOptions = {}): Promise<void> {
    const { signal } = options;
    const client = await this.unbounded.open();
    // The first login of a scan may take minutes; whatever is under way fails when its client is closed.
    const close = (): void => void client.close().catch(() => undefined);
    signal?.addEventListener('abort', close);
    try {
      signal?.throwIfAborted();
      await this.lookAtAll(client.db(), options);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', close);
      await client.close();
    }
  }

  private async lookAtAll(db: mongo.Db, { progress, gone, signal }: RebuildOptions): Promise<void> {
    const rows = db.collection<LiveRow>(LIVE_SESSIONS_COLLECTION);
    const isFirst = (await rows.findOne({ token: { $gt: '' } })) === null;
    let done = 0;
    const mendAll = async (logins: AsyncIterable<LoginKey>): Promise<void> => {
      for await (const some of batches(logins, BATCH * AT_ONCE)) {
        await Promise.all(
          Array.from({ length: AT_ONCE }, (_, i) =>
            this.mend(rows, some.slice(i * BATCH, (i + 1) * BATCH), gone),
          ),
        );
        signal?.throwIfAborted();
        progress?.((done += some.length));
      }
    };
    await mendAll(scanLiveLogins(db, BATCH));
    // Rows of logins that the workspace no longer has.
    if (!isFirst) await mendAll(loginsOf(rows));
  }

  /** Projects those whose rows are not as they should be: what an interrupted rebuild has done is not done again. */
  private async mend(
    rows: mongo.Collection<LiveRow>,
    logins: readonly LoginKey[],
    gone: RebuildOptions['gone'],
  ): Promise<void> {
    if (logins.length === 0) return;
    const ids = logins.map(loginRowId);
    const [current, stored] = await Promise.all([
      this.projector.read(
        logins.map(({ token }) => token),
        logins.map(({ owner }) => owner),
      ),
      rows
        .find({ _id: { $in: ids } })
        .batchSize(ids.length + 1)
        .toArray(),
    ]);
    const known = new Map(stored.map((row) => [row._id, row]));
    const wrong = logins.filter((_, i) => {
      const id = ids[i] ?? '';
      const login = current.get(id);
      const row = known.get(id);
      return login ? !row || !isExactly(row, login) : row !== undefined;
    });
    const dead = wrong.filter((login) => !current.has(loginRowId(login)));
    if (dead.length > 0) await gone?.(dead);
    await this.projector.project(wrong);
  }
}

async function* loginsOf(rows: mongo.Collection<LiveRow>): AsyncGenerator<LoginKey> {
  const found = rows
    .find({ token: { $gt: '' } })
    .project<{ token: string; userId?: unknown }>({ _id: 0, token: 1, userId: 1 })
    .batchSize(BATCH);
  for await (const { token, userId: owner } of found) yield { token, owner };
}

/** The items in lists of this length. */
async function* batches<T>(items: AsyncIterable<T>, length: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < length) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
