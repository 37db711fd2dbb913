import { CommandError } from '../errors';
import type { Collection } from '../storage/collection';
import { ID_INDEX, parseIndex } from '../storage/index-definition';
import type { IndexDefinition } from '../storage/index-definition';
import { encodeDocument } from '../values/encode';
import { equalValues } from '../values/order';
import { shellText } from '../values/shell-text';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { batchSizeOf } from './batch-size';
import type { Command } from './command';

export const createIndexesCommand: Command = {
  options: ['indexes'],
  run(command, { store }) {
    const definitions = command.documents('indexes').map(parseIndex);
    if (definitions.length === 0) {
      throw new CommandError('BadValue', 'Must specify at least one index to create');
    }
    const isNew = !store.collection(command.database, command.collection);
    const collection = store.ensure(command.database, command.collection);
    const before = collection.indexes.size;
    for (const definition of definitions) {
      if (!hasIndex(collection, definition)) collection.addIndex(definition);
    }
    const after = collection.indexes.size;
    return {
      numIndexesBefore: before,
      numIndexesAfter: after,
      createdCollectionAutomatically: isNew,
      ...(before === after ? { note: 'all indexes already exist' } : {}),
    };
  },
};

export const listIndexesCommand: Command = {
  options: ['cursor'],
  run(command, { store, cursors }) {
    const namespace = `${command.database}.${command.collection}`;
    const collection = store.collection(command.database, command.collection);
    if (!collection) {
      throw new CommandError('NamespaceNotFound', `ns does not exist: ${namespace}`);
    }
    const documents = [...collection.indexes.values()].map(({ definition }) =>
      encodeDocument(definition.specification),
    );
    return cursors.first(namespace, documents, { batchSize: batchSizeOf(command) });
  },
};

export const dropIndexesCommand: Command = {
  options: ['index'],
  run(command, { store }) {
    const collection = store.collection(command.database, command.collection);
    if (!collection) throw new CommandError('NamespaceNotFound', 'ns not found');
    const before = collection.indexes.size;
    const names = namesToDrop(collection, command.value('index') ?? null);
    for (const name of names) collection.dropIndex(name);
    return { nIndexesWas: before };
  },
};

/**
 * Whether the same index is there already.
 * @throws CommandError when one is there that is neither the same nor clearly another
 */
function hasIndex(collection: Collection, wanted: IndexDefinition): boolean {
  const sameName = collection.indexes.get(wanted.name)?.definition;
  if (wanted.name === ID_INDEX) return true;
  if (sameName) {
    if (!isSameIndex(sameName, wanted)) {
      throw new CommandError(
        'IndexKeySpecsConflict',
        'An existing index has the same name as the requested index. When index names are not ' +
          'specified, they are auto generated and can cause conflicts. Please refer to our ' +
          `documentation. ${bothTexts(wanted, sameName)}`,
      );
    }
    if (sameName.expireAfterSeconds !== wanted.expireAfterSeconds) {
      throw new CommandError(
        'IndexOptionsConflict',
        'An equivalent index already exists with the same name but different options. ' +
          bothTexts(wanted, sameName),
      );
    }
    return true;
  }
  const sameKey = [...collection.indexes.values()]
    .map(({ definition }) => definition)
    .find((definition) => isSameIndex(definition, wanted));
  if (sameKey) {
    throw new CommandError(
      'IndexOptionsConflict',
      `Index already exists with a different name: ${sameKey.name}`,
    );
  }
  return false;
}

/** Two indexes cannot stand side by side if all this is the same; the TTL does not count. */
function isSameIndex(a: IndexDefinition, b: IndexDefinition): boolean {
  return (
    equalValues(keyOf(a), keyOf(b)) &&
    a.unique === b.unique &&
    a.sparse === b.sparse &&
    equalValues(a.partialFilterExpression ?? null, b.partialFilterExpression ?? null)
  );
}

function keyOf(definition: IndexDefinition): Value {
  return definition.specification.get('key') ?? null;
}

function bothTexts(requested: IndexDefinition, existing: IndexDefinition): string {
  const text = ({ specification }: IndexDefinition): string => shellText(specification);
  return `Requested index: ${text(requested)}, existing index: ${text(existing)}`;
}

/** The indexes meant by `*`, a name, a list of names, or a key pattern. */
function namesToDrop(collection: Collection, wanted: Value): string[] {
  if (wanted === '*') return [...collection.indexes.keys()].filter((name) => name !== ID_INDEX);
  const names = isDocument(wanted)
    ? [nameOfKey(collection, wanted)]
    : Array.isArray(wanted)
      ? wanted
      : [wanted];
  return names.map((name) => {
    if (typeof name !== 'string') {
      throw new CommandError('TypeMismatch', 'an index name must be a string');
    }
    if (name === ID_INDEX) throw new CommandError('InvalidOptions', 'cannot drop _id index');
    if (!collection.indexes.has(name)) {
      throw new CommandError('IndexNotFound', `index not found with name [${name}]`);
    }
    return name;
  });
}

function nameOfKey(collection: Collection, key: Document): string {
  for (const [name, { definition }] of collection.indexes) {
    if (equalValues(keyOf(definition), key)) return name;
  }
  throw new CommandError('IndexNotFound', `can't find index with key: ${shellText(key)}`);
}
