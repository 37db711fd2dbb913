import { mongo } from 'mongoose';
import { callCommand } from './command';
import { CommandResult, runCommand } from './command-process';
import { openTestDatabase, TestDatabase } from './database';

interface WithTextId {
  _id: string;
}

/** An empty database and the operator's commands on it. */
export class CommandScene {
  readonly db: mongo.Db;
  readonly uri: string;

  private constructor(private readonly database: TestDatabase) {
    ({ db: this.db, uri: this.uri } = database);
  }

  static async open(): Promise<CommandScene> {
    return new CommandScene(await openTestDatabase());
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** Runs a command on the database; `by` tells whether in this process or in one of its own. */
  run(
    name: string,
    args: string[] = [],
    stdin = '',
    by: typeof runCommand = callCommand,
  ): Promise<CommandResult> {
    return by(name, { args, stdin, env: { MONGODB_URI: this.uri } });
  }

  documents(collection: string): Promise<mongo.Document[]> {
    return this.db.collection(collection).find().sort({ _id: 1 }).toArray();
  }

  async insert(collection: string, _id: string, fields: object = {}): Promise<void> {
    await this.db.collection<WithTextId>(collection).insertOne({ _id, ...fields });
  }

  /** The collections and all their documents, which a command that refuses must leave unchanged. */
  async everything(): Promise<unknown> {
    const collections = await this.db.listCollections({}, { nameOnly: true }).toArray();
    const names = collections.map(({ name }) => name).sort();
    return Promise.all(names.map(async (name) => [name, await this.documents(name)]));
  }
}
