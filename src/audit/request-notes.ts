import { Client } from '../common/http/client';

/** Facts that only a service learns about its request. Never a secret. */
export interface RequestNotes {
  userId?: string | undefined;
  username?: string | undefined;
  backupCode?: 'spent';
}

const notes = new WeakMap<Client, RequestNotes>();

/** Keyed by client, because `AsyncLocalStorage` makes every request a tenth slower on Node 20 (docs/adr/0020). */
export function note(client: Client, more: RequestNotes): void {
  notes.set(client, { ...notes.get(client), ...more });
}

export function notesOf(client: Client): RequestNotes {
  return notes.get(client) ?? {};
}
