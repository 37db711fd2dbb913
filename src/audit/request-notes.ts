import { Attached } from '../common/attached/attached';
import { Client } from '../common/http/client';

/** Facts that only a service learns about its request. Never a secret. */
export interface RequestNotes {
  userId?: string | undefined;
  username?: string | undefined;
  backupCode?: 'spent';
  /** How many sessions the request ended, and was the first to end. */
  ended?: number;
  /** How many sessions matched what the request selects. */
  matched?: number;
}

/** What an ending tells of the request that caused it. */
export interface RequestOrigin {
  username?: string;
  ip: string;
  useragent: string;
  requestId?: string;
  route?: string;
}

const notes = new Attached<Client, RequestNotes>();
const origins = new Attached<Client, () => RequestOrigin>();
const undoings = new Attached<Client, () => Promise<void>>();

/** Keyed by client, because `AsyncLocalStorage` makes every request a tenth slower on Node 20 (docs/adr/0020). */
export function note(client: Client, more: RequestNotes): void {
  notes.set(client, { ...notes.get(client), ...more });
}

export function notesOf(client: Client): RequestNotes {
  return notes.get(client) ?? {};
}

/** @param origin evaluated when it is asked for: a request's user is not known from the start */
export function noteOrigin(client: Client, origin: () => RequestOrigin): void {
  origins.set(client, origin);
}

export function originOf(client: Client): RequestOrigin {
  return origins.get(client)?.() ?? { ip: client.address, useragent: client.userAgent };
}

/** What to undo if the request's record cannot be stored, so that its success cannot be answered. */
export function undoIfUnrecorded(client: Client, undo: () => Promise<void>): void {
  undoings.set(client, undo);
}

/** Does nothing if there is nothing to undo. */
export async function undo(client: Client): Promise<void> {
  await undoings.get(client)?.();
}
