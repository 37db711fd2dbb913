import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { ChangedSessions, LoginKey } from '../workspace-data/sessions/session-writes';
import {
  ClaimedRow,
  LIVE_SESSION_INDEXES,
  LIVE_SESSIONS_COLLECTION,
  LiveRow,
  PartCount,
} from './live-session.schema';
import { loginRowId } from './login-row-id';
import { partId, partOf } from './parts';
import { persistently } from './write-conflict';

type Rows = mongo.Collection<LiveRow>;
/** What a row has beside what every claimed one has. */
const SHOWN_IN_ROWS: Record<Exclude<keyof LiveRow, keyof ClaimedRow>, ''> = {
  at: '',
  grams: '',
  part: '',
  document: '',
  sessionId: '',
  loginAt: '',
  ip: '',
  host: '',
  device: '',
  _user: '',
};

type ClaimUpdate = mongo.AnyBulkWriteOperation<ClaimedRow | PartCount>;

/** Writes rows. Only `SessionProjector` decides what they hold. */
@Injectable()
export class LiveSessionsRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  async createIndexes(): Promise<void> {
    await this.rows.createIndexes(LIVE_SESSION_INDEXES);
  }

  /**
   * The logins of the rows that a change may affect. Indexed reads. Of a removed document also all claimed rows: one that
   * has been read with it may not have been written yet. They come first: what is written after them is found by document.
   */
  async findLogins(changed: ChangedSessions): Promise<LoginKey[]> {
    const { tokens = [], owners = [], documents = [], removed = [] } = changed;
    const shown = [...documents, ...removed];
    const questions: mongo.Filter<LiveRow>[] = [
      ...(tokens.length > 0 ? [{ token: { $in: [...tokens] } }] : []),
      ...(owners.length > 0 ? [{ userId: { $in: [...owners] } }] : []),
      ...(shown.length > 0 ? [{ document: { $in: shown } }] : []),
    ];
    const claimed = removed.length > 0 ? await this.loginsOf({ claim: { $gt: '' } }) : [];
    const answers = await Promise.all(questions.map((filter) => this.loginsOf(filter)));
    return [...claimed, ...answers.flat()];
  }

  /** The logins of up to `limit` rows that somebody has claimed and not written yet. */
  async findClaimed(limit: number): Promise<LoginKey[]> {
    return this.loginsOf({ claim: { $gt: '' } }, limit);
  }

  /**
   * Claims the rows, and then marks the counts of their parts as outdated: in this order, or a count could be taken for
   * complete while a row is about to change (docs/adr/0030). One command.
   * @param areEnded drops what the rows show as well: engines that rewrite a changed row need not index all of it again
   */
  async claim(
    logins: readonly LoginKey[],
    claim: string,
    { areEnded = false } = {},
  ): Promise<void> {
    const claims = inOneOrder(logins).map(([_id, { token, owner }]): ClaimUpdate => ({
      updateOne: {
        filter: { _id },
        update: {
          $set: { claim, token, ...(owner !== undefined && { userId: owner }) },
          ...(areEnded && { $unset: SHOWN_IN_ROWS }),
        },
        upsert: true,
      },
    }));
    const numbers = new Set(logins.map((login) => partOf(loginRowId(login))));
    const parts = [...numbers]
      .map(partId)
      .sort()
      .map((_id): ClaimUpdate => ({
        updateOne: {
          filter: { _id },
          update: { $inc: { version: 1 }, $set: { isCounted: false } },
          upsert: true,
        },
      }));
    await persistently(() =>
      (this.rows as unknown as mongo.Collection<ClaimedRow | PartCount>).bulkWrite(
        [...claims, ...parts],
        { ordered: true },
      ),
    );
  }

  /**
   * Writes the rows of these logins whose claim still stands; removes those of logins that are no longer live.
   * @returns the logins whose row somebody else has claimed meanwhile and not yet written
   */
  async write(
    logins: readonly LoginKey[],
    live: ReadonlyMap<string, LiveRow>,
    claim: string,
  ): Promise<LoginKey[]> {
    const operations = inOneOrder(logins).map(([_id]): mongo.AnyBulkWriteOperation<LiveRow> => {
      const filter = { _id, claim };
      const replacement = live.get(_id);
      return replacement ? { replaceOne: { filter, replacement } } : { deleteOne: { filter } };
    });
    const { matchedCount, deletedCount } = await persistently(() =>
      this.rows.bulkWrite(operations, { ordered: false }),
    );
    if (matchedCount + deletedCount === logins.length) return [];
    const claimed = await this.rows
      .find({ _id: { $in: logins.map(loginRowId) }, claim: { $gt: '' } })
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    const ids = new Set(claimed.map(({ _id }) => _id));
    return logins.filter((login) => ids.has(loginRowId(login)));
  }

  /** Only where no other process may write. */
  async clear(): Promise<void> {
    await this.rows.deleteMany({});
  }

  private async loginsOf(filter: mongo.Filter<LiveRow>, limit = 0): Promise<LoginKey[]> {
    const found = await this.rows
      .find(filter)
      .project<{ token: string; userId?: unknown }>({ _id: 0, token: 1, userId: 1 })
      .limit(limit)
      .toArray();
    return found.map(({ token, userId: owner }) => ({ token, owner }));
  }

  private get rows(): Rows {
    return this.connection.collection<LiveRow>(LIVE_SESSIONS_COLLECTION);
  }
}

/** By id: commands that lock several rows lock them in one order, so that they do not wait for each other in a circle. */
function inOneOrder(logins: readonly LoginKey[]): [id: string, login: LoginKey][] {
  return logins
    .map((login): [string, LoginKey] => [loginRowId(login), login])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
