import { Prop } from '@nestjs/mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../database/own-document';
import type { WatchedCollection } from '../workspace-data/workspace-changes';

export const INDEX_RECORDS_COLLECTION = 'ws_session_index';

/** Of the rows that this version writes: an index of another format is built anew. */
export const ROW_FORMAT = 2;

export interface IndexRecord {
  _id: string;
  /** Grows with each sign of life. */
  beat: number;
  /** Grows with each change of the holder. */
  term: number;
  holder: string | null;
  isBuilt: boolean;
  lagSeconds: number;
  format?: number;
  /** Where to resume the streams: everything before is in the index. */
  positions?: Partial<Record<WatchedCollection, unknown>>;
}

/** One document, without an end: it is of no use to anyone but the follower. */
@OwnCollection(INDEX_RECORDS_COLLECTION)
export class StoredIndexRecord extends OwnDocument {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: Number })
  beat!: number;
}

export const IndexRecordSchema = ownSchema(StoredIndexRecord);
