import { ApiError } from '../common/errors/api-error';
import { invalidParameters } from '../common/errors/common.problems';
import {
  OptionalAddressBlock,
  OptionalDateTime,
  OptionalSearchText,
  OptionalStorableString,
  OptionalTexts,
  toDate,
} from '../common/validation/parameter.rules';
import { LONGEST_FILTER } from '../workspace-data/sessions/live-logins.pipeline';

/** Of each list. */
export const MAX_TEXTS = 1000;

/** Which live sessions are meant: all that is given must match (contract §6). */
export class SessionSelector {
  @OptionalTexts({ maxItems: MAX_TEXTS })
  userIds?: string[];

  @OptionalTexts({ maxItems: MAX_TEXTS })
  usernames?: string[];

  @OptionalTexts({ maxItems: MAX_TEXTS })
  sessionIds?: string[];

  /** Not empty: that would match everything. */
  @OptionalSearchText({ maxLength: LONGEST_FILTER })
  filter?: string;

  @OptionalStorableString()
  deviceType?: string;

  @OptionalStorableString()
  deviceName?: string;

  @OptionalStorableString()
  osName?: string;

  @OptionalStorableString()
  host?: string;

  @OptionalAddressBlock()
  ip?: string;

  @OptionalDateTime()
  loginBefore?: string;

  @OptionalDateTime()
  loginAfter?: string;

  /** @throws ApiError for a selector that says nothing, and would select all */
  check(): void {
    if (Object.values(this).every((value) => value === undefined)) {
      throw new ApiError(invalidParameters('must NOT have fewer than 1 properties'));
    }
  }

  get before(): Date | undefined {
    return toDate(this.loginBefore);
  }

  get after(): Date | undefined {
    return toDate(this.loginAfter);
  }
}

/** One text for all spellings of a selector: whatever the order of keys and texts, and the form of its dates. */
export function canonicalSelector(selector: SessionSelector): string {
  const { before, after } = selector;
  const dates: Record<string, Date | undefined> = { loginBefore: before, loginAfter: after };
  const entries = Object.entries(selector)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]: [string, unknown]) => [name, dates[name] ?? asSet(value)] as const);
  return JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function asSet(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}
