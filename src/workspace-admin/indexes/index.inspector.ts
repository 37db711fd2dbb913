import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { UnboundedMongoClient } from '../../database/unbounded-mongo-client';
import { hasSameKey, isSameIndex } from './same-index';
import { WORKSPACE_INDEXES } from '../../workspace-data/workspace-indexes';

/** `other-options`: an index of this key exists, but an operator chose other options. Ours is refused beside it. */
export type IndexState = 'there' | 'missing' | 'other-options';

/** An index that the service needs, and whether the workspace has it. */
export interface InspectedIndex {
  collection: string;
  wanted: mongo.IndexDescription;
  state: IndexState;
  /** The existing index of the same key. */
  found?: mongo.IndexDescription;
}

const NAMESPACE_NOT_FOUND = 26;

/** Compares the workspace's indexes with those that the service's queries need. */
@Injectable()
export class IndexInspector {
  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly unboundedClient: UnboundedMongoClient,
  ) {}

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
   * On a separate connection, because over millions of documents it takes longer than `DATABASE_TIMEOUT_MS`. Harmless
   * when the index exists.
   */
  async create({ collection, wanted }: InspectedIndex): Promise<void> {
    const client = await this.unboundedClient.open();
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
      // The collection does not exist.
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
