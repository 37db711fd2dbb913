import { ApiError } from '../../common/errors/api-error';
import { CursorParameters } from '../../common/paging/cursor';
import { INVALID_CURSOR } from '../../common/paging/cursor.problems';
import {
  OptionalString,
  OptionalInteger,
  OptionalStorableString,
  toInteger,
} from '../../common/validation/parameter.rules';
import { SessionOrder } from '../../session-index/session-order';
import { parseOrder } from '../session-order';

export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 100;

/** Contract §3 and §8. */
export class SessionListParameters implements CursorParameters {
  @OptionalInteger({ min: 0 })
  offset?: string;

  @OptionalInteger({ min: 1 })
  count?: string;

  @OptionalString()
  filter?: string;

  @OptionalString()
  sort?: string;

  @OptionalStorableString()
  cursor?: string;

  /** @throws ApiError invalid-sort, invalid-sort-keys, invalid-cursor */
  check(): void {
    parseOrder(this.sort);
    if (this.cursor !== undefined && this.offset !== undefined) throw new ApiError(INVALID_CURSOR);
  }

  get cursorScope(): unknown {
    return ['sessions', this.filter ?? '', parseOrder(this.sort)];
  }

  /** With defaults and limits applied. */
  get request(): SessionListRequest {
    return {
      offset: toInteger(this.offset, 0),
      count: Math.min(toInteger(this.count, DEFAULT_COUNT), MAX_COUNT),
      filter: this.filter ?? '',
      order: parseOrder(this.sort),
    };
  }
}

/** `count` rows from `offset` of those that contain `filter`, in this order. */
export interface SessionListRequest {
  offset: number;
  count: number;
  filter: string;
  order: SessionOrder;
}
