import { Injectable } from '@nestjs/common';
import { AuditRecordsRepository } from '../audit/audit-records.repository';
import { Caller } from '../auth/caller';
import { CursorPosition, isMomentAndId, readCursor, writeCursor } from '../common/paging/cursor';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { AuditPageView } from './audit-trail.shapes';
import { AuditSearchParameters } from './dto/audit-search.parameters';

/** Reads pages of the audit trail, newest first. */
@Injectable()
export class AuditTrailReader {
  constructor(
    private readonly records: AuditRecordsRepository,
    private readonly lifecycle: SessionLifecycle,
  ) {}

  /** Interrupted endings are completed first, so that each is told. Two parallel indexed reads behind that. */
  async list(parameters: AuditSearchParameters, caller: Caller): Promise<AuditPageView> {
    await this.lifecycle.completePending();
    return parameters.cursor === undefined
      ? this.page(parameters)
      : this.step(parameters, caller.clientSecret);
  }

  private async page({ filter, page }: AuditSearchParameters): Promise<AuditPageView> {
    const { offset, count } = page;
    const [events, total] = await Promise.all([
      this.records.find(filter, { offset }, count),
      this.records.count(filter),
    ]);
    return {
      events,
      count,
      offset,
      total: Math.max(total, events.length && offset + events.length),
    };
  }

  /** One more than is shown, to know whether there is more. */
  private async step(parameters: AuditSearchParameters, secret: string): Promise<AuditPageView> {
    const { filter, page, cursorScope } = parameters;
    const { count } = page;
    const after = placeAt(readCursor(secret, parameters));
    const [found, total] = await Promise.all([
      this.records.find(filter, { after }, count + 1),
      this.records.count(filter),
    ]);
    const events = found.slice(0, count);
    const last = found.length > count ? events.at(-1) : undefined;
    return {
      events,
      count,
      offset: 0,
      total: Math.max(total, events.length),
      nextCursor: last ? writeCursor(secret, cursorScope, [last.ts.getTime(), last._id]) : null,
    };
  }
}

function placeAt(position: CursorPosition | undefined): { ts: Date; _id: string } | undefined {
  if (!position || !isMomentAndId(position)) return undefined;
  const [ts, _id] = position;
  return { ts: new Date(ts), _id };
}
