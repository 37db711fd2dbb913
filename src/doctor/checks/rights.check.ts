import { mongo } from 'mongoose';
import { isDatabaseUnreachable } from '../../common/errors/database-unreachable';
import {
  PERMISSIONS_COLLECTION,
  SESSIONS_COLLECTION,
  USERS_COLLECTION,
} from '../../workspace-data/collections';
import { WATCHED } from '../../workspace-data/workspace-changes';
import { Check } from '../check';
import { fail, Finding, ok, skip, warn } from '../finding';
import { missingRights, Privilege } from '../privileges';
import { GRANT_CHANGES, indexWithoutChanges } from './session-index.check';

/** The service creates them, so its user needs more there than in the workspace's collections. */
export const OWN_COLLECTIONS = [
  'ws_audit',
  'ws_live_sessions',
  'ws_rate_limits',
  'ws_second_factors',
  'ws_session_endings',
  'ws_session_index',
  'ws_token_uses',
];

const OWNED = ['find', 'insert', 'update', 'remove', 'createIndex', 'createCollection'];

/** What docs/operations.md asks of the database user, as MongoDB names it, by collection. */
const NEEDED: ReadonlyMap<string, string[]> = new Map([
  [USERS_COLLECTION, ['find', 'update']],
  [SESSIONS_COLLECTION, ['find', 'insert', 'update']],
  [PERMISSIONS_COLLECTION, ['find']],
  ...OWN_COLLECTIONS.map((name): [string, string[]] => [name, OWNED]),
]);

/** What the index of live sessions needs besides: without it, lists are right and slow. */
const FOLLOWED: ReadonlyMap<string, string[]> = new Map(
  WATCHED.map((name): [string, string[]] => [name, ['changeStream']]),
);

/** What the server says about the connection's user. */
export interface AuthInfo {
  authenticatedUsers?: unknown[];
  /** Some engines leave it out. */
  authenticatedUserPrivileges?: Privilege[];
}

/**
 * @param authInfo undefined when the server does not know the command
 * @param follows whether the service is to follow the changes of the workspace
 */
export function assessRights(
  database: string,
  authInfo: AuthInfo | undefined,
  isProduction: boolean,
  follows = true,
): Finding {
  if (authInfo?.authenticatedUsers === undefined) return skip(UNTOLD);
  if (authInfo.authenticatedUsers.length === 0) {
    const found = 'access control is off: the database asks for no user and allows everything';
    return isProduction ? warn(found, TURN_ON) : ok(found);
  }
  if (authInfo.authenticatedUserPrivileges === undefined) return skip(UNTOLD);
  const lacking = (needed: typeof NEEDED): string[] =>
    missingRights(database, authInfo.authenticatedUserPrivileges ?? [], needed);
  const missing = lacking(NEEDED);
  if (missing.length > 0) {
    return fail(`the database user lacks rights: ${missing.join('; ')}`, GRANT);
  }
  const unfollowed = follows ? lacking(FOLLOWED) : [];
  return unfollowed.length === 0
    ? ok('the database user may do what the service does')
    : warn(`the index of live sessions lacks rights: ${unfollowed.join('; ')}`, GRANT_CHANGES);
}

const UNTOLD = 'the database does not tell what its user may do';
const TURN_ON =
  'Turn on access control in the database, and put a user of the service into MONGODB_URI.';
const GRANT =
  "Grant them, for example by the role readWrite on the workspace's database (docs/operations.md).";

/** Asks the server about its own user, and tries no write. */
export const RIGHTS_CHECK: Check = {
  name: 'rights',
  run: async ({ db, configuration }) => {
    const { isProduction } = configuration.environment;
    const follows = indexWithoutChanges(configuration) === undefined;
    const authInfo = await readAuthInfo(db);
    // Where access control is on, a connection without a user is refused here.
    if (authInfo?.authenticatedUsers?.length === 0) {
      await db.collection(USERS_COLLECTION).findOne({}, { projection: { _id: 1 } });
    }
    return assessRights(db.databaseName, authInfo, isProduction, follows);
  },
};

async function readAuthInfo(db: mongo.Db): Promise<AuthInfo | undefined> {
  try {
    const answer = await db.command({ connectionStatus: 1, showPrivileges: true });
    return answer.authInfo as AuthInfo | undefined;
  } catch (error) {
    if (!(error instanceof mongo.MongoServerError) || isDatabaseUnreachable(error)) throw error;
    return undefined;
  }
}
