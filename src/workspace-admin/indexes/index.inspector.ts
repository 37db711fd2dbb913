import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { UnboundedMongoClient } from '../../database/unbounded-mongo-client';
import { hasSameKey, isSameIndex } from './same-index';
import { WORKSPACE_INDEXES } from '../../workspace-data/workspace-indexes';

/**
 * `other-options`: an index of the same key is there, but it does not do the same. It is somebody's decision, and the
 * database would refuse ours beside it.
 */
export type IndexState = 'there' | 'missing' | 'other-options';

/** An index that the service would like, and how the workspace stands to it. */
export interface InspectedIndex {
  collection: string;
  wanted: mongo.IndexDescription;
  state: IndexState;
  /** The index of the same key, where there is one. */
  found?: mongo.IndexDescription;
}

const NAMESPACE_NOT_FOUND = 26;

/** Compares the workspace's indexes with those that the service's look-ups go by. */
@Injectable()
export class IndexInspector {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly longWork: UnboundedMongoClient,
  ) {}

  /** Reads only. One read per collection. */
  async survey(): Promise<InspectedIndex[]> {
    const surveyed: InspectedIndex[] = [];
    for (const [collection, indexes] of Object.entries(WORKSPACE_INDEXES)) {
      const existing = await this.indexesOf(collection);
      for (const wanted of indexes) {
        surveyed.push({ collection, wanted, ...compare(wanted, existing) });
      }
    }
    return surveyed;
  }

  /**
   * Makes one index. On a connection of its own: over millions of documents it takes longer than the service waits for
   * any answer (`DATABASE_TIMEOUT_MS`). Harmless when the index is there.
   * @throws mongo.MongoError when the database refuses, for example a unique index over duplicates
   */
  async create({ collection, wanted }: InspectedIndex): Promise<void> {
    const client = await this.longWork.open();
    try {
      await client.db().collection(collection).createIndexes([wanted]);
    } finally {
      await client.close();
    }
  }

  private async indexesOf(collection: string): Promise<mongo.IndexDescription[]> {
    try {
      return await this.connection.collection(collection).indexes();
    } catch (error) {
      // A collection that does not exist has no indexes.
      if (error instanceof mongo.MongoServerError && error.code === NAMESPACE_NOT_FOUND) return [];
      throw error;
    }
  }
}

function compare(
  wanted: mongo.IndexDescription,
  existing: mongo.IndexDescription[],
): Pick<InspectedIndex, 'state' | 'found'> {
  const sameKey = existing.filter((index) => hasSameKey(index, wanted));
  const same = sameKey.find((index) => isSameIndex(index, wanted));
  if (same) return { state: 'there', found: same };
  const [other] = sameKey;
  return other ? { state: 'other-options', found: other } : { state: 'missing' };
}
