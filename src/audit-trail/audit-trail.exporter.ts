import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import {
  AuditFilter,
  AuditRecordsRepository,
  ShownAuditRecord,
} from '../audit/audit-records.repository';
import { StandingPermission } from '../access/standing.permission';
import { Caller } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { headOf, linesOf } from './audit-lines';
import { TOO_MANY_EXPORTS } from './audit-trail.problems';
import { AuditFormat, MEDIA_TYPES } from './requested-format.decorator';

type ExportFormat = Exclude<AuditFormat, 'json'>;

/** What a reader of the trail needs, and must still have while a long export runs. */
export const CAN_AUDIT = 'can-audit';

export const EXPORT_LIMITS = {
  /** Records read at once: all that an export holds in memory, with as many on their way to the client. */
  batch: 500,
  /** Exports at once in this process. */
  atOnce: 4,
  /** Of one user, who must not keep the others from theirs. */
  ofOne: 2,
  /** Batches after which it is asked again whether the caller may still read. */
  checked: 20,
  /** A client that takes longer for a batch is cut off. */
  stallMs: 30_000,
  /** However well it reads. */
  totalMs: 60 * 60 * 1000,
};

/**
 * Streams all records that match, newest first. Each batch is a read of its own behind the last record, so that a slow
 * client holds no cursor in the database, and a client that goes away ends the work.
 */
@Injectable()
export class AuditTrailExporter {
  /** The ids of the callers whose exports run. */
  private readonly running: string[] = [];

  constructor(
    private readonly records: AuditRecordsRepository,
    private readonly lifecycle: SessionLifecycle,
    private readonly permission: StandingPermission,
  ) {}

  /** @throws ApiError overloaded; the error of the database, as long as nothing is answered */
  async open(caller: Caller, filter: AuditFilter, format: ExportFormat): Promise<StreamableFile> {
    const own = this.running.filter((id) => id === caller.id).length;
    if (this.running.length >= EXPORT_LIMITS.atOnce || own >= EXPORT_LIMITS.ofOne) {
      throw new ApiError(TOO_MANY_EXPORTS);
    }
    this.running.push(caller.id);
    try {
      await this.lifecycle.completePending();
      const first = await this.read(filter, undefined);
      return new StreamableFile(this.stream(caller, this.batches(caller, filter, first), format), {
        type: `${MEDIA_TYPES[format]}; charset=utf-8`,
        disposition: `attachment; filename="audit.${format}"`,
      });
    } catch (error) {
      this.end(caller);
      throw error;
    }
  }

  private end({ id }: Caller): void {
    this.running.splice(this.running.indexOf(id), 1);
  }

  private stream(
    caller: Caller,
    batches: AsyncIterable<ShownAuditRecord[]>,
    format: ExportFormat,
  ): Readable {
    const stream = Readable.from(
      bounded(linesIn(batches, format), () => stream),
      { objectMode: false },
    );
    const total = setTimeout(() => stream.destroy(new SlowReader()), EXPORT_LIMITS.totalMs).unref();
    stream.once('close', () => {
      clearTimeout(total);
      this.end(caller);
    });
    return stream;
  }

  /** @throws Withdrawn, which cuts the answer off: it must not look complete */
  private async *batches(
    caller: Caller,
    filter: AuditFilter,
    first: ShownAuditRecord[],
  ): AsyncGenerator<ShownAuditRecord[]> {
    let batch = first;
    for (let n = 1; batch.length > 0; n++) {
      yield batch;
      if (batch.length < EXPORT_LIMITS.batch) return;
      const isDue = n % EXPORT_LIMITS.checked === 0;
      if (isDue && !(await this.permission.isStillHeldBy(caller, CAN_AUDIT))) throw new Withdrawn();
      batch = await this.read(filter, batch.at(-1));
    }
  }

  private read(
    filter: AuditFilter,
    after: ShownAuditRecord | undefined,
  ): Promise<ShownAuditRecord[]> {
    return this.records.find(filter, { after }, EXPORT_LIMITS.batch);
  }
}

async function* linesIn(
  batches: AsyncIterable<ShownAuditRecord[]>,
  format: ExportFormat,
): AsyncGenerator<string> {
  const head = headOf(format);
  if (head !== '') yield head;
  for await (const batch of batches) yield linesOf(format, batch);
}

/** The caller has been logged out, or may no longer read the trail. */
class Withdrawn extends Error {
  override readonly name = 'Withdrawn';
}

class SlowReader extends Error {
  override readonly name = 'SlowReader';
}

/** Passes chunks on, and destroys the stream when its reader takes too long for one. */
async function* bounded(
  chunks: AsyncIterable<string>,
  streamOf: () => Readable,
): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    const stall = setTimeout(() => {
      streamOf().destroy(new SlowReader());
    }, EXPORT_LIMITS.stallMs).unref();
    try {
      yield chunk;
    } finally {
      clearTimeout(stall);
    }
  }
}
