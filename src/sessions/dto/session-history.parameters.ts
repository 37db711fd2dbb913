import { CursorParameters, CursorPosition, isMomentAndId } from '../../common/paging/cursor';
import {
  OptionalDateTime,
  OptionalInteger,
  OptionalStorableString,
  OptionalWord,
  toDate,
  toInteger,
} from '../../common/validation/parameter.rules';
import { ENDING_REASONS } from '../../session-lifecycle/ending-reasons';
import type { EndingReason } from '../../session-lifecycle/revocation';
import { DEFAULT_COUNT, MAX_COUNT } from './page.parameters';

/** Contract §6. */
export class SessionHistoryParameters implements CursorParameters {
  @OptionalInteger({ min: 1 })
  count?: string;

  @OptionalStorableString()
  cursor?: string;

  @OptionalStorableString()
  userId?: string;

  @OptionalStorableString()
  endedBy?: string;

  @OptionalWord(ENDING_REASONS)
  reason?: EndingReason;

  @OptionalDateTime()
  endedAfter?: string;

  @OptionalDateTime()
  endedBefore?: string;

  get cursorScope(): unknown {
    const { userId, endedBy, reason, endedAfter, endedBefore } = this;
    return ['sessions/history', userId, endedBy, reason, endedAfter, endedBefore];
  }

  isPosition(position: CursorPosition): boolean {
    return isMomentAndId(position);
  }

  get limit(): number {
    return Math.min(toInteger(this.count, DEFAULT_COUNT), MAX_COUNT);
  }

  get after(): Date | undefined {
    return toDate(this.endedAfter);
  }

  get before(): Date | undefined {
    return toDate(this.endedBefore);
  }
}
