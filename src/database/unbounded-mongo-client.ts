import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { CONCERNS } from './connection-options';
import { DatabaseServer } from './database-server';

/**
 * Connections for what takes longer than the service waits for any answer (`DATABASE_TIMEOUT_MS`): an index over
 * millions of documents, a whole workspace on its way.
 */
@Injectable()
export class UnboundedMongoClient {
  constructor(
    private readonly server: DatabaseServer,
    private readonly config: DatabaseConfig,
  ) {}

  /** Connects to the workspace's database; `db()` is it. Whoever opens it closes it. */
  async open(): Promise<mongo.MongoClient> {
    const client = new mongo.MongoClient(this.server.uri, {
      ...CONCERNS,
      socketTimeoutMS: 0,
      serverSelectionTimeoutMS: this.config.timeoutMs,
    });
    return client.connect();
  }
}
