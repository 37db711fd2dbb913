import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TextDecoder, parseEnv } from 'node:util';
import { ConfigurationError } from './configuration-error';

const NAME = '.env';
/** Likely misnamings of `.env`, but not examples or test files. */
const OTHER_NAMES = /^\.env(?:[._ -](?!example|sample|template|dist$|test).*)?$/i;
const LINE_ENDS = /\r\n?|\n/;
const LINE = /^[ \t]*(?:#.*|(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*(.*))?$/;
/** Invisible characters, and line separators that the parser does not know. */
const UNSEEN = /(?!\t)\p{Cc}|[\u2028\u2029\ufeff]/u;

/** An unreadable line is an error: it may name the database. @throws ConfigurationError */
export function readEnvironmentFile(folder: string): Record<string, string> {
  const bytes = read(join(folder, NAME));
  if (bytes === undefined) return {};
  const lines = decode(bytes).split(LINE_ENDS);
  const variables: Record<string, string> = {};
  for (const [index, line] of lines.entries()) {
    const found = UNSEEN.test(line) ? null : LINE.exec(line);
    if (!found) throw refusal(`its line ${index + 1} is not NAME=VALUE`);
    const [, name, value = ''] = found;
    // Parsed line by line: an unclosed quotation mark would swallow the following lines.
    if (name === undefined) continue;
    const read = parseEnv(`${name}=${value}\n`)[name] ?? '';
    const [quotation = ''] = /^["'`]/.exec(value) ?? [];
    if (quotation && read.startsWith(quotation)) {
      throw refusal(`the quotation mark in its line ${index + 1} has no end`);
    }
    variables[name] = read;
  }
  return variables;
}

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
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw refusal('it is not UTF-8. Save it as UTF-8');
  }
}

function refusal(reason: string): ConfigurationError {
  return new ConfigurationError(`The file .env cannot be read: ${reason}.`);
}
