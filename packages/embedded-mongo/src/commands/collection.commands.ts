import { CommandError } from '../errors';
import { compileFilter } from '../filter/compile';
import type { Collection } from '../storage/collection';
import { idIndex } from '../storage/index-definition';
import { encodeDocument } from '../values/encode';
import type { Document, Value } from '../values/value';
import { batchSizeOf } from './batch-size';
import type { Command } from './command';

export const createCommand: Command = {
  options: [],
  run(command, { store }) {
    const { database, collection } = command;
    if (store.collection(database, collection)) {
      const namespace = `${database}.${collection}`;
      throw new CommandError('NamespaceExists', `Collection ${namespace} already exists.`);
    }
    store.ensure(database, collection);
    return {};
  },
};

/** Since MongoDB 7.0 it is no error to drop what is not there. */
export const dropCommand: Command = {
  options: [],
  run(command, { store }) {
    const dropped = store.drop(command.database, command.collection);
    return dropped ? { nIndexesWas: dropped.indexes.size, ns: dropped.namespace } : {};
  },
};

export const dropDatabaseCommand: Command = {
  options: [],
  run(command, { store }) {
    store.dropDatabase(command.database);
    return { dropped: command.database };
  },
};

export const listCollectionsCommand: Command = {
  options: ['filter', 'nameOnly', 'cursor', 'authorizedCollections'],
  run(command, { store, cursors }) {
    const matches = compileFilter(command.documentOrEmpty('filter'));
    const nameOnly = command.flag('nameOnly');
    const documents = [...store.collections(command.database)]
      .map(([name, collection]) => describe(name, collection))
      .filter(matches)
      .map((document) => encodeDocument(nameOnly ? nameAndType(document) : document));
    const namespace = `${command.database}.$cmd.listCollections`;
    return cursors.first(namespace, documents, { batchSize: batchSizeOf(command) });
  },
};

function describe(name: string, collection: Collection): Document {
  return new Map<string, Value>([
    ['name', name],
    ['type', 'collection'],
    ['options', new Map()],
    [
      'info',
      new Map<string, Value>([
        ['readOnly', false],
        ['uuid', collection.uuid],
      ]),
    ],
    ['idIndex', idIndex().specification],
  ]);
}

function nameAndType(document: Document): Document {
  return new Map([...document].filter(([field]) => field === 'name' || field === 'type'));
}
