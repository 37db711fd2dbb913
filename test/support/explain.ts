import { mongo } from 'mongoose';

/** The name of a command and its collection: `find users`. */
export function describeCommand({ commandName, command }: mongo.CommandStartedEvent): string {
  return `${commandName} ${String(command[commandName])}`;
}

/**
 * Expects a command to find its documents through an index, according to the database's query plan. Writes are
 * explained as a read with their filter, which every database supports.
 */
export async function expectIndexed(db: mongo.Db, event: mongo.CommandStartedEvent): Promise<void> {
  for (const read of readsOf(event)) {
    const plan = JSON.stringify(await db.command({ explain: read, verbosity: 'queryPlanner' }));
    const name = describeCommand(event);
    expect([name, plan]).toEqual([name, expect.stringMatching(/IXSCAN|IDHACK|EXPRESS/)]);
    expect([name, plan]).toEqual([name, expect.not.stringContaining('COLLSCAN')]);
  }
}

function readsOf({ commandName, command }: mongo.CommandStartedEvent): mongo.Document[] {
  switch (commandName) {
    case 'find': {
      const { find, filter, sort } = command as Record<string, object | undefined>;
      return [{ find, filter, ...(sort !== undefined && { sort }) }];
    }
    case 'update': {
      const { update, updates } = command as { update: string; updates: { q: mongo.Document }[] };
      return updates.map(({ q }) => ({ find: update, filter: q }));
    }
    case 'delete': {
      const { delete: name, deletes } = command as {
        delete: string;
        deletes: { q: mongo.Document }[];
      };
      return deletes.map(({ q }) => ({ find: name, filter: q }));
    }
    case 'findAndModify': {
      const { findAndModify, query } = command as { findAndModify: string; query: mongo.Document };
      return [{ find: findAndModify, filter: query }];
    }
    case 'aggregate': {
      // The leading $match is what reaches the collection.
      const { aggregate, pipeline } = command as {
        aggregate: string;
        pipeline: { $match?: mongo.Document }[];
      };
      return [{ find: aggregate, filter: pipeline[0]?.$match ?? {} }];
    }
    case 'insert':
      return [];
    case 'count':
      // Without a filter, the collection's size is known.
      if (command.query === undefined) return [];
      return [{ find: String(command.count), filter: command.query as mongo.Document }];
    default:
      throw new Error(`The service sends ${commandName}: say here how it is explained.`);
  }
}
