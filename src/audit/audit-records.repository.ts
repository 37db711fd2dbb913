import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { Model, mongo, QueryFilter } from 'mongoose';
import { isDatabaseUnreachable } from '../common/errors/database-unreachable';
import { DUPLICATE_KEY } from '../common/errors/duplicate-key';
import { DatabaseConfig } from '../config/database.config';
import { CONCERNS } from '../database/connection-options';
import { AuditRecord, AuditSearch, keysOf } from './audit-record';
import { StoredAuditRecord } from './audit-record.schema';

/** A span of time, both ends included, and what to search for. */
export interface AuditFilter {
  start?: Date | undefined;
  end?: Date | undefined;
  search: AuditSearch;
}

/** Why the database did not store one of several documents. */
type Refused = Pick<mongo.WriteError, 'index' | 'code'>;

interface InsertAnswer {
  writeErrors?: Refused[];
  writeConcernError?: mongo.ErrorDescription;
}

/** Where a page begins: behind a record, or after a number of records. */
export interface AuditPageBegin {
  offset?: number;
  after?: Pick<AuditRecord, '_id' | 'ts'> | undefined;
}

const MAX_TIME_EXPIRED = 50;
/** A command has at most 16 MB, and a record less than 4 kB. */
const MOST_AT_ONCE = 1000;
/** Of the time that a statement may take: the page itself must not wait for its total. */
const COUNT_SHARE = 1 / 4;
/** Without any condition, the database would read the records themselves instead of an index. */
const ALL = { ts: { $gte: new Date(0) } };
const NEWEST_FIRST = { ts: -1, _id: -1 } as const;
const SHOWN = { t: 1, ts: 1, actor: 1, data: 1 } as const;

export type ShownAuditRecord = Pick<AuditRecord, '_id' | 't' | 'ts' | 'actor' | 'data'>;

@Injectable()
export class AuditRecordsRepository {
  constructor(
    @InjectModel(StoredAuditRecord.name) private readonly records: Model<StoredAuditRecord>,
    private readonly config: DatabaseConfig,
  ) {}

  /**
   * Inserts records; those whose id exists are stored already, so that it may be repeated. One command for every 1,000, and
   * the same again if the connection is lost or the primary steps down meanwhile.
   * @returns the errors of those that could not be stored, by position
   * @throws if a command fails
   */
  async insert(records: readonly AuditRecord[]): Promise<Map<number, unknown>> {
    const failures = new Map<number, unknown>();
    for (let from = 0; from < records.length; from += MOST_AT_ONCE) {
      const some = records.slice(from, from + MOST_AT_ONCE);
      const refused = await this.insertOnce(some).catch((error: unknown) => {
        if (!isInterruption(error)) throw error;
        return this.insertOnce(some);
      });
      for (const [n, error] of failuresAmong(refused)) failures.set(from + n, error);
    }
    return failures;
  }

  /** Replaces records by their ids. One command. @returns as `insert` */
  async replace(records: readonly AuditRecord[]): Promise<Map<number, unknown>> {
    const replacements = records.map((replacement) => ({
      replaceOne: { filter: { _id: replacement._id }, replacement, upsert: true },
    }));
    try {
      await this.records.collection.bulkWrite(replacements as never[], { ordered: false });
      return new Map();
    } catch (error) {
      return failuresIn(error);
    }
  }

  /** Removes records by their ids. One command. @throws if it fails */
  async remove(ids: readonly string[]): Promise<void> {
    await this.records.deleteMany({ _id: { $in: [...ids] } });
  }

  /** Newest first. One indexed read. */
  async find(
    filter: AuditFilter,
    { offset = 0, after }: AuditPageBegin,
    limit: number,
  ): Promise<ShownAuditRecord[]> {
    return this.records
      .find(conditionsOf(filter, after))
      .sort(NEWEST_FIRST)
      .skip(offset)
      .limit(limit)
      .select(SHOWN)
      .maxTimeMS(this.config.timeoutMs)
      .lean<ShownAuditRecord[]>();
  }

  /**
   * Exact if that takes less than a quarter of what the database may: it reads index keys only, but maybe millions.
   * Otherwise what the database estimates that the whole trail has, at no cost; the records that match are not more.
   */
  async count(filter: AuditFilter): Promise<number> {
    const conditions = conditionsOf(filter);
    const isOfAll = Object.keys(conditions).length === 0;
    const maxTimeMS = Math.ceil(this.config.timeoutMs * COUNT_SHARE);
    try {
      return await this.records.countDocuments(isOfAll ? ALL : conditions, { maxTimeMS });
    } catch (error) {
      if (!(error instanceof mongo.MongoServerError && error.code === MAX_TIME_EXPIRED))
        throw error;
      return this.records.estimatedDocumentCount({ maxTimeMS });
    }
  }

  /**
   * The plain command: for four records, `insertMany` of the driver took half as much processor time again (docs/adr/0025).
   */
  private async insertOnce(documents: readonly AuditRecord[]): Promise<readonly Refused[]> {
    const { name, conn } = this.records.collection;
    if (!conn.db) throw new mongo.MongoNotConnectedError('The database is not connected.');
    const { writeConcern } = CONCERNS;
    const answer = await conn.db.command({ insert: name, documents, ordered: false, writeConcern });
    const { writeErrors, writeConcernError } = answer as InsertAnswer;
    // The driver throws it already, but does not say so.
    if (writeConcernError) throw new mongo.MongoServerError(writeConcernError);
    return writeErrors ?? [];
  }
}

/** Whether the same command may succeed at once; the driver knows more such errors of its own writes than of this one. */
function isInterruption(error: unknown): boolean {
  if (!(error instanceof mongo.MongoError)) return false;
  if (error instanceof mongo.MongoNetworkError) return true;
  const isOfServer = error instanceof mongo.MongoServerError && isDatabaseUnreachable(error);
  return isOfServer || error.hasErrorLabel('RetryableWriteError');
}

function conditionsOf(
  { start, end, search }: AuditFilter,
  after?: AuditPageBegin['after'],
): QueryFilter<StoredAuditRecord> {
  const keys = keysOf(search);
  // The plain bound on `ts` is what the index is entered by; `$or` only judges those of the same millisecond.
  const latest = after && (!end || after.ts < end) ? after.ts : end;
  return {
    ...(keys.length > 0 && { $and: keys.map((key) => ({ keys: key })) }),
    ...((start ?? latest) && {
      ts: { ...(start && { $gte: start }), ...(latest && { $lte: latest }) },
    }),
    ...(after && { $or: [{ ts: { $lt: after.ts } }, { _id: { $lt: after._id } }] }),
  };
}

function failuresIn(error: unknown): Map<number, unknown> {
  if (!(error instanceof mongo.MongoBulkWriteError)) throw error;
  const refused = [error.writeErrors].flat();
  if (refused.length === 0 || error.result.getWriteConcernError()) throw error;
  return failuresAmong(refused);
}

function failuresAmong(refused: readonly Refused[]): Map<number, unknown> {
  return new Map(
    refused.filter(({ code }) => code !== DUPLICATE_KEY).map((one) => [one.index, one]),
  );
}
