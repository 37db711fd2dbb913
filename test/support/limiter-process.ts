import { Connection, createConnection, Model, mongo } from 'mongoose';
import { FixedWindowCounter } from '../../src/database/fixed-window.counter';
import {
  RateLimitRecord,
  RateLimitRecordSchema,
} from '../../src/database/rate-limit-record.schema';
import { SlidingWindowLimiter } from '../../src/database/sliding-window.limiter';
import { afterTests } from './teardown';

/** The rate limiters of one of several processes, with its own connection. */
export class LimiterProcess {
  readonly limiter: SlidingWindowLimiter;
  readonly counter: FixedWindowCounter;

  private constructor(
    readonly records: Model<RateLimitRecord>,
    private readonly connection: Connection,
  ) {
    this.limiter = new SlidingWindowLimiter(records);
    this.counter = new FixedWindowCounter(records);
  }

  /** @param uri with the name of the database that the processes share */
  static async start(uri: string): Promise<LimiterProcess> {
    const connection = await createConnection(uri, {
      autoCreate: false,
      autoIndex: false,
      monitorCommands: true,
    }).asPromise();
    afterTests(() => connection.close());
    const model = connection.model<RateLimitRecord>(RateLimitRecord.name, RateLimitRecordSchema);
    return new LimiterProcess(model, connection);
  }

  /** Two of them. */
  static async startTwo(uri: string): Promise<[LimiterProcess, LimiterProcess]> {
    return [await LimiterProcess.start(uri), await LimiterProcess.start(uri)];
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
