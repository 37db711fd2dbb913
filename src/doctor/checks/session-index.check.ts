import { Configuration } from '../../config/configuration';
import {
  refusalOfChanges,
  WATCHED,
  WorkspaceChanges,
} from '../../workspace-data/workspace-changes';
import { Check } from '../check';
import { Finding, ok, warn } from '../finding';

/** What opening the streams came to. */
export type FollowedChanges = 'open' | 'unsupported' | 'forbidden';

/** The role to grant, for whoever may not follow changes. */
export const GRANT_CHANGES =
  "Grant changeStream on users and rocketchat_sessions, for example by the role readWrite on the workspace's database: the service finds out within five minutes.";

const AWAIT_MS = 100;
/** A row with its index entries, as measured in docs/performance.md; of the dearer engine. */
const BYTES_FOR_A_ROW = 3000;
const WITHOUT =
  'lists of all sessions do without it, and what other programs end is not in the history';

export function assessIndex(changes: FollowedChanges): Finding {
  switch (changes) {
    case 'open':
      return ok('the changes of the workspace can be followed');
    case 'forbidden':
      return warn(`the database user may not follow changes: ${WITHOUT}`, GRANT_CHANGES);
    case 'unsupported':
      return warn(
        `the database has no change streams: ${WITHOUT}`,
        'Run a replica set, or set SESSION_INDEX=off to do without on purpose.',
      );
  }
}

/** @returns why no stream is needed; undefined if it is */
export function indexWithoutChanges({ sessionIndex, database }: Configuration): string | undefined {
  if (sessionIndex.mode === 'off') return 'off by SESSION_INDEX';
  return database.uri === undefined ? "the service's own writes keep it" : undefined;
}

/** The storage that the index takes for so many live sessions, as a text. */
export function storageOfIndex(sessions: number): string {
  return `${Math.ceil((sessions * BYTES_FOR_A_ROW) / 1_000_000).toLocaleString('en-US')} MB`;
}

/** Opens the streams that the service follows, and closes them: the only way to know, whatever rights a server lists. */
export const SESSION_INDEX_CHECK: Check = {
  name: 'session-index',
  run: async ({ configuration, context }) => {
    const reason = indexWithoutChanges(configuration);
    if (reason !== undefined) return ok(reason);
    return assessIndex(await tryToFollow(context.get(WorkspaceChanges, { strict: false })));
  },
};

async function tryToFollow(changes: WorkspaceChanges): Promise<FollowedChanges> {
  for (const collection of WATCHED) {
    const stream = changes.watch(collection, undefined, AWAIT_MS);
    try {
      await stream.tryNext();
    } catch (error) {
      const refusal = refusalOfChanges(error);
      if (refusal === undefined) throw error;
      return refusal;
    } finally {
      await stream.close();
    }
  }
  return 'open';
}
