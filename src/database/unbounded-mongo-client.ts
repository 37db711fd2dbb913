import { Injectable } from '@nestjs/common';
import { mongo } from 'mongoose';
import { DatabaseConfig } from '../config/database.config';
import { CONCERNS } from './connection-options';
import { DatabaseServer } from './database-server';

/** For operations that exceed `DATABASE_TIMEOUT_MS`, for example an export. The caller closes the client. */
@Injectable()
export class UnboundedMongoClient {
  constructor(
    private readonly server: DatabaseServer,
    private readonly config: DatabaseConfig,
  ) {}

  async open(): Promise<mongo.MongoClient> {
    const client = new mongo.MongoClient(this.server.uri, {
      ...CONCERNS,
      socketTimeoutMS: 0,
      serverSelectionTimeoutMS: this.config.timeoutMs,
    });
    return client.connect();
  }
}
