import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder, parseEnv } from 'node:util';
import { ConfigurationError } from './configuration-error';

const NAME = '.env';
/** What editors, tools and habits make of the name. Examples for people, and what tests read, are none of them. */
const OTHER_NAMES = /^\.env(?:[._ -](?!example|sample|template|dist$|test).*)?$/i;
const LINE_ENDS = /\r\n?|\n/;
/** Blank, a comment, or an assignment, as a shell writes it. */
const LINE = /^[ \t]*(?:#.*|(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*(.*))?$/;
/** Characters that look like nothing, or like the end of a line, and are neither for the parser. */
const UNSEEN = /(?!\t)\p{Cc}|[\u2028\u2029\ufeff]/u;

/**
 * The variables in the file `.env` of a folder; none where there is no such file. Whoever made one meant it: a file that
 * cannot be read to the last line is refused, since what it lost may be the choice of the database.
 * @throws ConfigurationError
 */
export function readEnvironmentFile(folder: string): Record<string, string> {
  const bytes = read(join(folder, NAME));
  if (bytes === undefined) return {};
  const lines = decode(bytes).split(LINE_ENDS);
  const variables: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    const found = UNSEEN.test(line) ? null : LINE.exec(line);
    if (!found) throw refusal(`its line ${index + 1} is not NAME=VALUE`);
    const [, name, value = ''] = found;
    // Line by line: an open quotation mark would swallow those behind it.
    if (name === undefined) continue;
    const read = parseEnv(`${name}=${value}\n`)[name] ?? '';
    const [quotation = ''] = /^["'`]/.exec(value) ?? [];
    // The parser keeps what it does not understand.
    if (quotation && read.startsWith(quotation)) {
      throw refusal(`the quotation mark in its line ${index + 1} has no end`);
    }
    variables[name] = read;
  }
  return variables;
}

/** Files of a folder that were meant to be `.env`, as their names suggest, while there is none of that name. */
export function findMisnamedFiles(folder: string): string[] {
  const found = list(folder).filter((name) => OTHER_NAMES.test(name));
  return found.includes(NAME) ? [] : found;
}

function read(path: string): Buffer | undefined {
  try {
    lstatSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw refusal((error as NodeJS.ErrnoException).code ?? 'unknown error');
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function decode(bytes: Buffer): string {
  if (bytes.includes(0)) throw refusal('it is not UTF-8, but UTF-16 or no text. Save it as UTF-8');
  try {
    // Skips a byte order mark.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal('it is not UTF-8. Save it as UTF-8');
  }
}

function refusal(reason: string): ConfigurationError {
  return new ConfigurationError(`The file .env cannot be read: ${reason}.`);
}
