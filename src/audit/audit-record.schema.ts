import { Prop } from '@nestjs/mongoose';
import { Schema as MongooseSchema } from 'mongoose';
import { OwnCollection, OwnDocument, ownSchema } from '../database/own-document';
import type { AuditActor, AuditEvent } from './audit-event';
import type { AuditRecord } from './audit-record';

/** One act: a request to an audited route, or the ending of a session (docs/adr/0025). */
@OwnCollection('ws_audit')
export class StoredAuditRecord extends OwnDocument implements AuditRecord {
  @Prop({ type: String })
  _id!: string;

  @Prop({ type: String })
  t!: AuditEvent;

  @Prop({ type: Date })
  ts!: Date;

  @Prop({ type: Object })
  actor!: Partial<AuditActor>;

  @Prop({ type: [MongooseSchema.Types.Mixed] })
  data!: AuditRecord['data'];

  @Prop({ type: [String] })
  keys!: string[];
}

export const StoredAuditRecordSchema = ownSchema(StoredAuditRecord);
// Newest first: of all records, and of those that have a key.
StoredAuditRecordSchema.index({ ts: -1, _id: -1 });
StoredAuditRecordSchema.index({ keys: 1, ts: -1, _id: -1 });
