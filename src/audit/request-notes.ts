import { Client } from '../common/http/client';

/** What only a service gets to know of the request that it works for. Nothing in here is a secret. */
export interface RequestNotes {
  /** The id of the user whose session, factor or login it is. */
  userId?: string | undefined;
  /** Their name, as it is stored. */
  username?: string | undefined;
  /** A backup code was used up by it, whatever became of it then. */
  backupCode?: 'spent';
}

const notes = new WeakMap<Client, RequestNotes>();

/**
 * Notes something for the one line that the log gets of a request.
 * @param client of the request: there is one for each, and services have it. An asynchronous context would find the
 * request by itself, but makes every request a tenth dearer on Node 20 (docs/adr/0020)
 */
export function note(client: Client, more: RequestNotes): void {
  notes.set(client, { ...notes.get(client), ...more });
}

/** What has been noted so far. */
export function notesOf(client: Client): RequestNotes {
  return notes.get(client) ?? {};
}
