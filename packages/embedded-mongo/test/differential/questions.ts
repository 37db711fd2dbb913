import { decoded, nameOf, text } from './trial';
import type { Outcome, Trial } from './trial';

export function isRefused({ code }: Outcome): boolean {
  return code !== undefined;
}

export function isUpdate(trial: Trial): boolean {
  return (
    nameOf(trial) === 'update' || (nameOf(trial) === 'findAndModify' && 'update' in trial.command)
  );
}

export function isWrite(trial: Trial): boolean {
  return ['update', 'delete', 'findAndModify'].includes(nameOf(trial));
}

/** Whether one of the names is that of a field anywhere in a command. */
export function mentions(command: unknown, ...names: readonly string[]): boolean {
  if (Array.isArray(command)) return command.some((item) => mentions(item, ...names));
  if (Object.prototype.toString.call(command) !== '[object Object]') return false;
  return Object.entries(command as object).some(
    ([name, value]) => names.includes(name) || mentions(value, ...names),
  );
}

export function sameStored(one: Outcome, other: Outcome): boolean {
  return text(one.stored) === text(other.stored);
}

/** What was answered and stored, with the fields of every document in one order. */
export function sortedFields({ answer, stored }: Outcome): unknown {
  return [decoded(answer), decoded(stored)].map(inOneOrder);
}

function inOneOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOneOrder);
  if (Object.getPrototypeOf(value ?? 0) !== Object.prototype) return value;
  return Object.fromEntries(
    Object.entries(value as object)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, inOneOrder(item)]),
  );
}
