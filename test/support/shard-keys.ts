import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mongo } from 'mongoose';

const PAGE = readFileSync(join(__dirname, '../../docs/scaling.md'), 'utf8');

/** What a command looks for in its collection: one condition for each statement in it. */
export interface Lookup {
  collection: string;
  filter: mongo.Document;
  /** Whether it writes one document, which a router must be able to find. */
  isSingleWrite: boolean;
}

/** The tables of the page, by the heading above them: the cells of each row. */
function tableUnder(heading: string): string[][] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `(.*)\|$/gm)].map(([, row = '']) =>
    `\`${row}`.split('|').map((cell) => cell.trim()),
  );
}

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, one = '']) => one);

/** By collection, the field of its proposed shard key; none if it stays on one shard. */
export function shardKeys(): Map<string, string | undefined> {
  return new Map(
    tableUnder('Shard keys').map(([name, key]) => [codeIn(name)[0] ?? '', codeIn(key)[0]]),
  );
}

/** The lookups in a table of the page, as `describeLookup` says them. */
export function lookupsUnder(heading: string): string[] {
  return tableUnder(heading).map(
    ([name, fields]) => `${codeIn(name)[0] ?? ''} by ${codeIn(fields).join(', ') || 'nothing'}`,
  );
}

/** The collection, and the fields that its documents are looked up by; the sort positions of the index are one. */
export function describeLookup({ collection, filter }: Lookup): string {
  return `${collection} by ${fieldsOf(filter).sort().join(', ') || 'nothing'}`;
}

/** Whether a router can tell from the condition which shard has the documents. */
export function isTargeted({ filter }: Lookup, key: string | undefined): boolean {
  return key === undefined || isValue(filter[key]);
}

export function lookupsOf({ commandName, command }: mongo.CommandStartedEvent): Lookup[] {
  const collection = String(command[commandName]);
  const one = (filter: unknown, isSingleWrite = false): Lookup => ({
    collection,
    filter: filter ?? {},
    isSingleWrite,
  });
  const list = (name: string): mongo.Document[] => (command[name] ?? []) as mongo.Document[];
  switch (commandName) {
    case 'find':
      return [one(command.filter)];
    case 'count':
      return [one(command.query)];
    case 'aggregate':
      return [one(list('pipeline')[0]?.$match)];
    case 'findAndModify':
      return [one(command.query, true)];
    case 'update':
      return list('updates').map(({ q, multi }) => one(q, multi !== true));
    case 'delete':
      return list('deletes').map(({ q, limit }) => one(q, limit === 1));
    case 'insert':
      return list('documents').map((document) => one(document, true));
    default:
      throw new Error(`The service sends ${commandName}: say here what it looks for.`);
  }
}

/** Also the fields in its branches. */
function fieldsOf(filter: mongo.Document): string[] {
  const names = Object.entries(filter).flatMap(([name, value]) =>
    ['$or', '$and', '$nor'].includes(name)
      ? (value as mongo.Document[]).flatMap(fieldsOf)
      : [name.replace(/^at\..*/, 'at.*')],
  );
  return [...new Set(names)];
}

/** One value or several, not a range of them. */
function isValue(condition: unknown): boolean {
  if (typeof condition !== 'object' || condition === null) return condition !== undefined;
  const names = Object.keys(condition);
  return names[0]?.startsWith('$') === true ? names.includes('$in') : true;
}
