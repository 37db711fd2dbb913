import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { DUPLICATE_KEY, isDuplicateKey } from '../common/errors/duplicate-key';
import { settledExpiry } from './ending-expiry';
import { SessionEnding } from './session-ending.schema';

@Injectable()
export class SessionEndingsRepository {
  constructor(@InjectModel(SessionEnding.name) private readonly endings: Model<SessionEnding>) {}

  /**
   * Inserts each ending unless its session has one; the insert decides which revocation was first. One command.
   * @returns the ids that existed already
   */
  async insertNew(endings: readonly SessionEnding[]): Promise<string[]> {
    if (endings.length === 0) return [];
    try {
      await this.endings.collection.insertMany([...endings] as never[], { ordered: false });
      return [];
    } catch (error) {
      return refusedIn(error).flatMap((index) => endings[index]?._id ?? []);
    }
  }

  async findByIds(ids: readonly string[]): Promise<SessionEnding[]> {
    if (ids.length === 0) return [];
    return this.endings.find({ _id: { $in: [...ids] } }).lean<SessionEnding[]>();
  }

  /** Incomplete revocations decided no later than `until`, oldest first. One indexed read. */
  async findPending(until: Date, limit: number): Promise<SessionEnding[]> {
    return this.endings
      .find({ 'pending.since': { $lte: until } })
      .sort({ 'pending.since': 1 })
      .limit(limit)
      .lean<SessionEnding[]>();
  }

  /** Incomplete revocations of these tokens that include session documents without an owner. One indexed read. */
  async findPendingUnowned(hashedTokens: readonly string[]): Promise<SessionEnding[]> {
    return this.endings
      .find({ 'pending.loginToken': { $in: [...hashedTokens] }, 'pending.unowned': true })
      .lean<SessionEnding[]>();
  }

  /** Marks revocations as complete: removes their token hashes, and sets when they expire. One command. */
  async settle(endings: readonly SessionEnding[], historyDays: number): Promise<void> {
    const together = new Map<number, string[]>();
    for (const { _id, endedAt } of endings) {
      // Whatever somebody wrote there: then it goes when a pending one would.
      const time = endedAt instanceof Date ? endedAt.getTime() : NaN;
      const ids = together.get(time);
      if (ids) ids.push(_id);
      else together.set(time, [_id]);
    }
    await this.endings.bulkWrite(
      [...together].map(([time, ids]) => ({
        updateMany: {
          // One that another process has settled keeps its time.
          filter: { _id: { $in: ids }, pending: { $exists: true } },
          update: {
            $unset: { pending: 1 },
            ...(!Number.isNaN(time) && {
              $set: { expiresAt: settledExpiry(new Date(time), historyDays) },
            }),
          },
        },
      })),
      { ordered: false, throwOnValidationError: true },
    );
  }
}

/**
 * The positions that a unique index refused.
 * @throws the error if it has any other cause
 */
function refusedIn(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
  const refused = [error.writeErrors].flat();
  const isAllDecided =
    refused.every(({ code }) => code === DUPLICATE_KEY) && !error.result.getWriteConcernError();
  if (!isAllDecided) throw error;
  return refused.map(({ index }) => index);
}
