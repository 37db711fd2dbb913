import { Prop } from '@nestjs/mongoose';
import { Schema as MongooseSchema, mongo } from 'mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../database/own-document';
import { SortKey } from './session-order';

export const LIVE_SESSIONS_COLLECTION = 'ws_live_sessions';

/** The names of the sort positions of a row: a field name may hold no dot. */
export const POSITION_OF: Readonly<Record<SortKey, string>> = {
  loginAt: 'loginAt',
  'device.name': 'deviceName',
  'device.os.name': 'osName',
  'device.os.version': 'osVersion',
  '_user.name': 'name',
  '_user.username': 'username',
};

/** A login that a projector is about to write: whoever claims it last writes it. */
export interface ClaimedRow {
  _id: string;
  token: string;
  /** Missing if the session document has none. */
  userId?: unknown;
  /** Unique to one attempt. Absent in a row that is up to date. */
  claim?: string;
}

/** A live login, with what lists sort by and search in, as it is stored. */
export interface LiveRow extends ClaimedRow {
  /** Sort positions by name. */
  at: Record<string, string>;
  /** The `_id` of the session document that it shows. */
  document: unknown;
  /** The part of the collection that it is counted in. */
  part: number;
  grams: number[];
  sessionId: string;
  loginAt?: unknown;
  ip?: unknown;
  host?: unknown;
  device?: unknown;
  _user?: { name?: unknown; username?: unknown };
}

/** Every live row has this position; claimed rows and counts have none. */
export const LIVE_ROWS = { 'at.loginAt': { $gt: '' } };

/** How many rows a part of the collection has (docs/adr/0030). Its `_id` is `#` and the number of the part. */
export interface PartCount {
  _id: string;
  /** Changes with each claim of a row of this part. */
  version: number;
  /** Whether `rows` is the count of this version. */
  isCounted: boolean;
  rows?: number;
}

/**
 * A live login. Rows carry no `expiresAt`: each goes with the session documents that it stands for, and an index that
 * forgets a live session would hide it.
 */
@OwnCollection(LIVE_SESSIONS_COLLECTION)
export class LiveSession extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: MongooseSchema.Types.Mixed })
  at?: Record<string, string>;
}

export const LiveSessionSchema = ownSchema(LiveSession);

/** Created before rows are written. Not sparse: not every engine sorts by a sparse index. */
export const LIVE_SESSION_INDEXES: mongo.IndexDescription[] = [
  ...Object.values(POSITION_OF).map((name) => ({ key: { [`at.${name}`]: 1 as const } })),
  { key: { grams: 1 } },
  { key: { part: 1 } },
  { key: { userId: 1 } },
  { key: { token: 1 } },
  { key: { document: 1 } },
  { key: { claim: 1 }, sparse: true },
];
