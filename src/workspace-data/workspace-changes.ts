import { Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import { Connection, mongo } from 'mongoose';
import { SESSIONS_COLLECTION, USERS_COLLECTION } from './collections';
import { ROW_FIELDS } from './sessions/live-logins.pipeline';
import { ChangedSessions, LoginKey } from './sessions/session-writes';
import { isText } from './sessions/stored-session';
import { LOGIN_TOKENS } from './users/stored-token';

/** The collections whose changes change lists or end sessions. */
export const WATCHED = [SESSIONS_COLLECTION, USERS_COLLECTION] as const;
export type WatchedCollection = (typeof WATCHED)[number];

type Stream = mongo.ChangeStream;
export type Change = mongo.ChangeStreamDocument;

/** A replacement with an older stamp ends nothing. */
const OLDEST_IN_REPLACEMENT_SECONDS = 24 * 60 * 60;

/** The fields of a session document that decide whether and how a list shows it. */
const SHOWN = [...ROW_FIELDS, 'loginToken', 'logoutAt'].map(String);

/** Whose login it is. */
const OF_LOGIN = ['loginToken', 'userId'];

const NAMES = ['name', 'username'];
const ABOVE_TOKENS = ['services', 'services.resume'];

/**
 * The names of the changed fields, which may contain dots, so that no plain condition reaches them. An element that is
 * removed shows as a shorter list.
 */
const CHANGED_FIELDS = {
  $concatArrays: [
    namesIn({ $objectToArray: { $ifNull: ['$updateDescription.updatedFields', {}] } }, 'k'),
    { $ifNull: ['$updateDescription.removedFields', []] },
    namesIn({ $ifNull: ['$updateDescription.truncatedArrays', []] }, 'field'),
  ],
};

/** Only changes of names and tokens: a user document changes with every status, too. */
const OF_NAMES_AND_TOKENS = {
  $match: {
    $or: [
      { operationType: { $ne: 'update' } },
      {
        $expr: {
          $anyElementTrue: [
            {
              $map: {
                input: CHANGED_FIELDS,
                as: 'field',
                in: {
                  $or: [
                    { $in: ['$$field', [...NAMES, ...ABOVE_TOKENS]] },
                    { $eq: [{ $indexOfBytes: ['$$field', LOGIN_TOKENS] }, 0] },
                  ],
                },
              },
            },
          ],
        },
      },
    ],
  },
};

/** Follows what any program writes into the workspace (MongoDB's change streams). */
@Injectable()
export class WorkspaceChanges {
  constructor(@InjectConnection() private readonly connection: Connection) {}

  /**
   * Opens a stream of the changes of one collection. Nothing has been sent when this returns.
   * @param resumeAfter the token of the last change that needs no repetition; undefined: from now on
   * @param maxAwaitTimeMS how long the database waits for a change before it answers that there is none
   */
  watch(collection: WatchedCollection, resumeAfter: unknown, maxAwaitTimeMS: number): Stream {
    const isUsers = collection === USERS_COLLECTION;
    return this.connection
      .collection(collection)
      .watch(isUsers ? [OF_NAMES_AND_TOKENS, { $project: { fullDocument: 0 } }] : [], {
        ...(isUsers ? {} : { fullDocument: 'updateLookup' as const }),
        ...(resumeAfter !== undefined && resumeAfter !== null && { resumeAfter }),
        maxAwaitTimeMS,
      });
  }

  /** The time of the database in seconds; undefined where it tells none. */
  async serverTime(): Promise<number | undefined> {
    const { operationTime } = (await this.connection.db?.command({ ping: 1 })) ?? {};
    return operationTime instanceof mongo.Timestamp ? operationTime.t : undefined;
  }
}

/** The database has no change streams. The embedded one refuses the stage (40324). */
const UNSUPPORTED = [40573, 40324, 59, 115, 238];
/** Its user may not follow them. */
const FORBIDDEN = [13, 8000];

/** Why changes cannot be followed until somebody changes that; undefined if the error says nothing of it. */
export function refusalOfChanges(error: unknown): 'unsupported' | 'forbidden' | undefined {
  if (!(error instanceof mongo.MongoServerError)) return undefined;
  const code = Number(error.code);
  if (FORBIDDEN.includes(code)) return 'forbidden';
  return UNSUPPORTED.includes(code) ? 'unsupported' : undefined;
}

/** When it happened, in seconds of the database's time. */
export function timeOf(change: Change): number | undefined {
  const { clusterTime } = change as { clusterTime?: mongo.Timestamp };
  return clusterTime?.t;
}

/**
 * The logins that a change may affect. Undefined if the collection itself was dropped or renamed.
 * A deleted document is told by its `_id` alone, so also the logins that showed it count; likewise one that may have got
 * another token or owner.
 */
export function changedLogins(change: Change): ChangedSessions | undefined {
  if (!isOfDocument(change)) return undefined;
  const { _id } = change.documentKey;
  if (change.ns.coll === USERS_COLLECTION) {
    return isText(_id) && isOfFields(change, NAMES) ? { owners: [_id] } : {};
  }
  if (!isOfFields(change, SHOWN)) return {};
  const document = 'fullDocument' in change ? change.fullDocument : undefined;
  if (!document) return { removed: [_id] };
  const logins = loginIn(document);
  if (change.operationType === 'insert') return { logins };
  return isOfFields(change, OF_LOGIN) ? { logins, removed: [_id] } : { logins, documents: [_id] };
}

/** The logins of which a document was stamped just now. What had no session id was no session. */
export function stampedLogins(change: Change): LoginKey[] {
  if (change.operationType !== 'update' && change.operationType !== 'replace') return [];
  if (change.ns.coll !== SESSIONS_COLLECTION || !isOfFields(change, ['logoutAt'])) return [];
  const { fullDocument: document } = change;
  const isStamped = isNewStamp(document?.logoutAt, change);
  return document && isStamped && isText(document.sessionId) ? loginIn(document) : [];
}

/** An import replaces documents that ended long ago, and nothing tells whether one was stamped before. */
function isNewStamp(logoutAt: unknown, change: Change): boolean {
  if (change.operationType !== 'replace') return (logoutAt ?? null) !== null;
  const oldest = (timeOf(change) ?? 0) - OLDEST_IN_REPLACEMENT_SECONDS;
  return logoutAt instanceof Date && logoutAt.getTime() / 1000 >= oldest;
}

/** The user whose list of tokens may have become shorter: also a new one does, on some servers. */
export function ownerOfChangedTokens(change: Change): string | undefined {
  if (!isOfDocument(change) || change.ns.coll !== USERS_COLLECTION) return undefined;
  const { _id } = change.documentKey;
  const isChanged = change.operationType !== 'insert' && isOfFields(change, [LOGIN_TOKENS]);
  return isChanged && isText(_id) ? _id : undefined;
}

type DocumentChange =
  | mongo.ChangeStreamInsertDocument
  | mongo.ChangeStreamUpdateDocument
  | mongo.ChangeStreamReplaceDocument
  | mongo.ChangeStreamDeleteDocument;

function isOfDocument(change: Change): change is DocumentChange {
  return ['insert', 'update', 'replace', 'delete'].includes(change.operationType);
}

/** Rocket.Chat touches a document with each connection; lists show none of that. */
function isOfFields(change: DocumentChange, fields: readonly string[]): boolean {
  if (change.operationType !== 'update') return true;
  return changedPaths(change.updateDescription).some((path) =>
    fields.some((field) => isWithin(path, field) || isWithin(field, path)),
  );
}

function changedPaths(changed: mongo.UpdateDescription): string[] {
  const { updatedFields, removedFields = [], truncatedArrays = [] } = changed;
  const shortened = truncatedArrays.map(({ field }) => field);
  return [...Object.keys(updatedFields ?? {}), ...removedFields, ...shortened];
}

function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`);
}

function loginIn({ loginToken, userId }: mongo.Document): LoginKey[] {
  return isText(loginToken) ? [{ token: loginToken, owner: userId as unknown }] : [];
}

function namesIn(list: object, name: string): object {
  return { $map: { input: list, as: 'one', in: `$$one.${name}` } };
}
