import { Configuration } from '../../config/configuration';
import { Check } from '../check';
import { Finding, ok, warn } from '../finding';
import { storageOfIndex } from './session-index.check';
import { SESSIONS_COLLECTION } from '../../workspace-data/collections';

/** How many session documents a page of `list.all` folds in a millisecond, as measured in docs/performance.md. */
const DOCUMENTS_PER_MS = 100;

/** @param sessions the approximate number of session documents; those of live sessions are not more */
export function assessSize(configuration: Configuration, sessions: number): Finding {
  const { http, database, sessionIndex } = configuration;
  const documents = `about ${sessions.toLocaleString('en-US')} session documents`;
  const storage =
    sessionIndex.mode === 'off' ? '' : `, ${storageOfIndex(sessions)} of index at most`;
  const found = documents + storage;
  const expectedMs = Math.round(sessions / DOCUMENTS_PER_MS);
  const limitMs = Math.min(http.requestTimeoutMs, database.timeoutMs);
  if (expectedMs <= limitMs) return ok(found);
  return warn(
    `${found}: without the index a page of list.all takes about ${(expectedMs / 1000).toFixed(1)} s, and is given up after ${(limitMs / 1000).toFixed(1)} s`,
    'Let lists come from the index (session-index), or raise REQUEST_TIMEOUT_MS and DATABASE_TIMEOUT_MS.',
  );
}

export const SIZE_CHECK: Check = {
  name: 'size',
  run: async ({ db, configuration }) =>
    assessSize(configuration, await db.collection(SESSIONS_COLLECTION).estimatedDocumentCount()),
};
