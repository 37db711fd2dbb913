import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { WatchedCollection } from '../workspace-data/workspace-changes';
import { INDEX_RECORDS_COLLECTION, IndexRecord, ROW_FORMAT } from './index-record.schema';

const RECORD_ID = 'follower';

/** What the follower says with each beat. */
export interface Beat {
  lagSeconds: number;
  isBuilt: boolean;
  positions?: Partial<Record<WatchedCollection, unknown>>;
}

/** The lease of the one follower, and how far it is. Each statement of a follower demands that it still holds it. */
@Injectable()
export class IndexRecordRepository {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  async read(): Promise<IndexRecord> {
    const found = await this.records.findOne({ _id: RECORD_ID });
    return (
      found ?? { _id: RECORD_ID, beat: 0, term: 0, holder: null, isBuilt: false, lagSeconds: 0 }
    );
  }

  /**
   * Takes the lease if its holder has not been heard since `seen`. One atomic statement.
   * @returns the new term; undefined if somebody else was first, or the holder lives
   */
  async take(holder: string, seen: IndexRecord): Promise<number | undefined> {
    if (seen.term === 0 && seen.beat === 0) await this.create();
    const taken = await this.records.findOneAndUpdate(
      { _id: RECORD_ID, beat: seen.beat, term: seen.term },
      { $set: { holder }, $inc: { beat: 1, term: 1 } },
      { returnDocument: 'after' },
    );
    return taken?.term;
  }

  /** @returns false when somebody else has taken the lease: nothing was written */
  async beat(holder: string, term: number, { positions, ...said }: Beat): Promise<boolean> {
    const { matchedCount } = await this.records.updateOne(
      { _id: RECORD_ID, holder, term },
      {
        $set: { ...said, format: ROW_FORMAT, ...(positions && { positions }) },
        $inc: { beat: 1 },
      },
    );
    return matchedCount === 1;
  }

  /** Lets another process follow at once. */
  async release(holder: string, term: number): Promise<void> {
    await this.records.updateOne({ _id: RECORD_ID, holder, term }, { $set: { holder: null } });
  }

  private async create(): Promise<void> {
    await this.records.updateOne(
      { _id: RECORD_ID },
      { $setOnInsert: { beat: 0, term: 0, holder: null, isBuilt: false, lagSeconds: 0 } },
      { upsert: true },
    );
  }

  private get records(): mongo.Collection<IndexRecord> {
    return this.connection.collection<IndexRecord>(INDEX_RECORDS_COLLECTION);
  }
}
