import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo } from 'mongoose';
import { isDuplicateKey } from '../common/errors/duplicate-key';
import { SessionEnding } from './session-ending.schema';

/** The endings of sessions. */
@Injectable()
export class SessionEndingsRepository {
  constructor(@InjectModel(SessionEnding.name) private readonly endings: Model<SessionEnding>) {}

  /**
   * Stores endings, each unless that session has one: the insert decides who was first. One command.
   * @returns the ids of those that there were
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

  /** One read by `_id`. */
  async findByIds(ids: readonly string[]): Promise<SessionEnding[]> {
    if (ids.length === 0) return [];
    return this.endings.find({ _id: { $in: [...ids] } }).lean<SessionEnding[]>();
  }

  /**
   * Revocations that were decided until then and are not known to be complete, the oldest first. One indexed read.
   * @param limit how many at most
   */
  async findPending(until: Date, limit: number): Promise<SessionEnding[]> {
    return this.endings
      .find({ 'pending.since': { $lte: until } })
      .sort({ 'pending.since': 1 })
      .limit(limit)
      .lean<SessionEnding[]>();
  }

  /** Those of them that are about these tokens and session documents without an owner. One indexed read. */
  async findPendingUnowned(hashedTokens: readonly string[]): Promise<SessionEnding[]> {
    return this.endings
      .find({ 'pending.loginToken': { $in: [...hashedTokens] }, 'pending.unowned': true })
      .lean<SessionEnding[]>();
  }

  /** Notes that revocations are complete, and forgets the hashes of their tokens. */
  async settle(ids: readonly string[]): Promise<void> {
    await this.endings.updateMany({ _id: { $in: [...ids] } }, { $unset: { pending: 1 } });
  }
}

/**
 * The positions of what a unique index has refused.
 * @throws the error, when it says anything else
 */
function refusedIn(error: unknown): number[] {
  if (!(error instanceof mongo.MongoBulkWriteError) || !isDuplicateKey(error)) throw error;
  const refused = [error.writeErrors].flat();
  const isAllDecided =
    refused.every(({ code }) => code === 11000) && !error.result.getWriteConcernError();
  if (!isAllDecided) throw error;
  return refused.map(({ index }) => index);
}
