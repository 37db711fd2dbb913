import { CommandError, notSupported } from '../errors';
import { orderKey } from '../values/order';
import { isDocument } from '../values/value';
import type { Document, Value } from '../values/value';
import { accumulators } from './accumulators';
import type { Accumulator } from './accumulators';
import { compileExpression } from './expression';
import type { Expression } from './expression';
import type { CompileStage } from './stage';

/** A field of the result: how it is collected, and from what. */
interface Field {
  name: string;
  start: () => Accumulator;
  expression: Expression;
}

interface Group {
  id: Value;
  collected: Accumulator[];
}

/** `$group`: one document for each value of `_id`, or of its fields; a missing value counts as null, a missing field not. */
export const compileGroup: CompileStage = (specification) => {
  if (!isDocument(specification)) {
    throw new CommandError(15947, "a group's fields must be specified in an object");
  }
  const id = specification.get('_id');
  if (id === undefined) {
    throw new CommandError(15955, 'a group specification must include an _id');
  }
  const groupOf = compileId(id);
  const fields = [...specification]
    .filter(([name]) => name !== '_id')
    .map(([name, value]) => parseField(name, value));
  return (documents) => {
    const groups = new Map<string, Group>();
    for (const document of documents) {
      const value = groupOf(document) ?? null;
      const key = orderKey(value);
      const group = groups.get(key) ?? { id: value, collected: fields.map(({ start }) => start()) };
      groups.set(key, group);
      fields.forEach(({ expression }, index) => group.collected[index]?.add(expression(document)));
    }
    return [...groups.values()].map((group) => resultOf(group, fields));
  };
};

/** A field path or a constant, or a document of them. */
function compileId(id: Value): Expression {
  if (!isDocument(id) || id.size === 0) return compileExpression(id);
  const parts = [...id].map(([name, value]) => {
    if (name.startsWith('$')) throw notSupported(`the expression operator ${name}`);
    if (name === '' || name.includes('.'))
      throw notSupported(`the field name '${name}' in the _id of a group`);
    return [name, compileExpression(value)] as const;
  });
  return (document) => {
    const key: Document = new Map();
    for (const [name, expression] of parts) {
      const value = expression(document);
      if (value !== undefined) key.set(name, value);
    }
    return key;
  };
}

function parseField(name: string, value: Value): Field {
  if (name.includes('.')) {
    throw new CommandError(40235, `The field name '${name}' cannot contain '.'`);
  }
  if (name.startsWith('$')) {
    throw new CommandError(40236, `The field name '${name}' cannot be an operator name`);
  }
  const [entry, another] = isDocument(value) ? [...value] : [];
  if (!entry?.[0].startsWith('$')) {
    throw new CommandError(40234, `The field '${name}' must be an accumulator object`);
  }
  if (another) {
    throw new CommandError(40238, `The field '${name}' must specify one accumulator`);
  }
  const [operator, operand] = entry;
  const start = accumulators.get(operator);
  if (!start) throw new CommandError(15952, `unknown group operator '${operator}'`);
  return { name, start, expression: compileExpression(operand) };
}

function resultOf({ id, collected }: Group, fields: readonly Field[]): Document {
  const result: Document = new Map([['_id', id]]);
  fields.forEach(({ name }, index) => result.set(name, collected[index]?.result() ?? null));
  return result;
}
