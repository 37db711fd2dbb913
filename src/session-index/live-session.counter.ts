import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { LIVE_SESSIONS_COLLECTION, LiveRow, PartCount } from './live-session.schema';
import { ALL_PARTS, PARTS, partId, partOf } from './parts';
import { isConflict } from './write-conflict';

/** More claimed rows than this: something is being rebuilt, and no count is worth keeping. */
const MAX_CLAIMED = 5000;

/** Two documents at most, and as a rule one: what is up to date, and what is not. */
const SUM_OF_PARTS = [
  { $match: { _id: ALL_PARTS } },
  { $group: { _id: '$isCounted', rows: { $sum: '$rows' } } },
];

/** By itself a server answers with 101 documents at first. */
const IN_ONE_ANSWER = { batchSize: PARTS + 1 };

interface SumOfParts {
  _id: PartCount['isCounted'];
  rows: number;
}

/**
 * Counts all rows exactly without reading them: the collection is divided into parts, each part has a stored count, and
 * a claim outdates the count of its part. Outdated parts are counted, and the count is stored if none of their rows is
 * claimed and no claim has come since (docs/adr/0030).
 */
@Injectable()
export class LiveSessionCounter {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /** One read when every count is up to date, four when some are not. */
  async count(): Promise<number> {
    const sums = await this.parts.aggregate<SumOfParts>(SUM_OF_PARTS).toArray();
    if (sums.every(({ _id: isCounted }) => isCounted)) return sumOf(sums);
    // Read anew: since the sums, an outdated part may have become a counted one.
    const parts = await this.parts.find({ _id: ALL_PARTS }, IN_ONE_ANSWER).toArray();
    const outdated = parts.filter(({ isCounted }) => !isCounted);
    const counted = parts.filter(({ isCounted }) => isCounted);
    if (outdated.length === 0) return sumOf(counted);
    return sumOf(counted) + (await this.recount(outdated));
  }

  /** Claims are read before rows: a row that is claimed at no time from here on is counted as it stays. */
  private async recount(outdated: readonly PartCount[]): Promise<number> {
    const claimed = await this.rows
      .find({ claim: { $gt: '' } })
      .project<{ _id: string }>({ _id: 1 })
      .limit(MAX_CLAIMED)
      .toArray();
    const counted = await this.countParts(outdated.map(({ _id }) => Number(_id.slice(1))));
    const busy = new Set(claimed.map(({ _id }) => partId(partOf(_id))));
    const sure = outdated
      .filter(({ _id }) => claimed.length < MAX_CLAIMED && !busy.has(_id))
      .sort((a, b) => (a._id < b._id ? -1 : 1));
    if (sure.length > 0) await this.store(sure, counted);
    return [...counted.values()].reduce((sum, rows) => sum + rows, 0);
  }

  /** A part that somebody else is writing at this moment stays outdated. */
  private async store(sure: readonly PartCount[], counted: Map<string, number>): Promise<void> {
    try {
      await this.parts.bulkWrite(
        sure.map(({ _id, version }) => ({
          updateOne: {
            filter: { _id, version },
            update: { $set: { isCounted: true, rows: counted.get(_id) ?? 0 } },
          },
        })),
        { ordered: false },
      );
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }

  private async countParts(parts: number[]): Promise<Map<string, number>> {
    const counted = await this.rows
      .aggregate<{ _id: number; rows: number }>([
        { $match: { part: { $in: parts } } },
        { $group: { _id: '$part', rows: { $sum: 1 } } },
      ])
      .toArray();
    return new Map(counted.map(({ _id, rows }) => [partId(_id), rows]));
  }

  private get rows(): mongo.Collection<LiveRow> {
    return this.connection.collection<LiveRow>(LIVE_SESSIONS_COLLECTION);
  }

  private get parts(): mongo.Collection<PartCount> {
    return this.connection.collection<PartCount>(LIVE_SESSIONS_COLLECTION);
  }
}

const sumOf = (counted: readonly { rows?: number }[]): number =>
  counted.reduce((sum, { rows = 0 }) => sum + rows, 0);
