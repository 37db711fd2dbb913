import { AUDIT_EVENTS } from '../../audit/audit-event';
import { AuditSearch } from '../../audit/audit-record';
import { AuditFilter } from '../../audit/audit-records.repository';
import { ApiError } from '../../common/errors/api-error';
import { CursorParameters, CursorPosition, isMomentAndId } from '../../common/paging/cursor';
import { INVALID_CURSOR } from '../../common/paging/cursor.problems';
import {
  OptionalDateTime,
  OptionalInteger,
  OptionalStorableString,
  OptionalWord,
  toDate,
  toInteger,
} from '../../common/validation/parameter.rules';

export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 100;

/** Contract §7. */
export class AuditSearchParameters implements CursorParameters {
  @OptionalDateTime()
  start?: string;

  @OptionalDateTime()
  end?: string;

  @OptionalWord(AUDIT_EVENTS)
  t?: string;

  @OptionalStorableString()
  actor?: string;

  @OptionalStorableString()
  userId?: string;

  @OptionalStorableString()
  sessionId?: string;

  @OptionalInteger({ min: 1 })
  count?: string;

  @OptionalInteger({ min: 0 })
  offset?: string;

  @OptionalStorableString()
  cursor?: string;

  /** @throws ApiError invalid-cursor */
  check(): void {
    if (this.cursor !== undefined && this.offset !== undefined) throw new ApiError(INVALID_CURSOR);
  }

  get cursorScope(): unknown {
    return ['audit.sessions', this.start, this.end, this.search];
  }

  isPosition(position: CursorPosition): boolean {
    return isMomentAndId(position);
  }

  get filter(): AuditFilter {
    return { start: toDate(this.start), end: toDate(this.end), search: this.search };
  }

  /** With defaults and limits applied. */
  get page(): { offset: number; count: number } {
    return {
      offset: toInteger(this.offset, 0),
      count: Math.min(toInteger(this.count, DEFAULT_COUNT), MAX_COUNT),
    };
  }

  private get search(): AuditSearch {
    const { t, actor, userId, sessionId } = this;
    const given = Object.entries({ t, actor, userId, sessionId });
    return Object.fromEntries(given.filter(([, value]) => value !== undefined));
  }
}
