import {
  OptionalString,
  OptionalInteger,
  toInteger,
} from '../../common/validation/parameter.rules';
import { parseOrder, SessionOrder } from '../session-order';

export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 100;

/** Contract §3. */
export class SessionListParameters {
  @OptionalInteger({ min: 0 })
  offset?: string;

  @OptionalInteger({ min: 1 })
  count?: string;

  @OptionalString()
  filter?: string;

  @OptionalString()
  sort?: string;

  /** @throws ApiError invalid-sort, invalid-sort-keys */
  check(): void {
    parseOrder(this.sort);
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
