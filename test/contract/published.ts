import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The bodies that were published for `info.admin`; exact to the byte except white space. */
function read(file: string): unknown {
  return JSON.parse(readFileSync(join(__dirname, 'info.admin', file), 'utf8')) as unknown;
}

export interface PublishedError {
  status: number;
  body: unknown;
}

export const PUBLISHED_SUCCESS = read('success.json') as Record<string, unknown> & {
  sessionId: string;
  userId: string;
  loginAt: string;
};

export const PUBLISHED_ERRORS = read('errors.json') as Record<string, PublishedError>;
