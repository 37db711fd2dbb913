import { Connection, createConnection, mongo } from 'mongoose';
import {
  RateLimitRecord,
  RateLimitRecordSchema,
} from '../../src/database/rate-limit-record.schema';
import { SlidingWindowLimiter } from '../../src/database/sliding-window.limiter';
import { afterTests } from './teardown';

/** The rate limiter of one of several processes, with its own connection. */
export class LimiterProcess {
  private constructor(
    readonly limiter: SlidingWindowLimiter,
    private readonly connection: Connection,
  ) {}

  /** @param uri with the name of the database that the processes share */
  static async start(uri: string): Promise<LimiterProcess> {
    const connection = await createConnection(uri, {
      autoCreate: false,
      autoIndex: false,
      monitorCommands: true,
    }).asPromise();
    afterTests(() => connection.close());
    const model = connection.model<RateLimitRecord>(RateLimitRecord.name, RateLimitRecordSchema);
    return new LimiterProcess(new SlidingWindowLimiter(model), connection);
  }

  /** Every command that it sends to the database while `action` runs. */
  async commandsDuring(action: () => Promise<unknown>): Promise<mongo.CommandStartedEvent[]> {
    const client = this.connection.getClient();
    const commands: mongo.CommandStartedEvent[] = [];
    const record = (event: mongo.CommandStartedEvent): number => commands.push(event);
    client.on('commandStarted', record);
    try {
      await action();
    } finally {
      client.off('commandStarted', record);
    }
    return commands;
  }
}
