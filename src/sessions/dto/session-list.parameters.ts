import {
  OptionalString,
  OptionalInteger,
  toInteger,
} from '../../common/validation/parameter.rules';
import { parseOrder, SessionOrder } from '../session-order';

const DEFAULT_COUNT = 50;
const MAX_COUNT = 100;

/** Which part of a list, and in which order (contract §3). */
export class SessionListParameters {
  @OptionalInteger({ min: 0 })
  offset?: string;

  @OptionalInteger({ min: 1 })
  count?: string;

  @OptionalString()
  filter?: string;

  @OptionalString()
  sort?: string;

  /** @throws ApiError when `sort` is not what it should be; part of judging the parameters */
  check(): void {
    parseOrder(this.sort);
  }

  /** What the parameters ask for, with defaults and limits applied. */
  get request(): SessionListRequest {
    return {
      offset: toInteger(this.offset, 0),
      count: Math.min(toInteger(this.count, DEFAULT_COUNT), MAX_COUNT),
      filter: this.filter ?? '',
      order: parseOrder(this.sort),
    };
  }
}

/** A page of a list: `count` rows from `offset` of those that contain `filter`, in this order. */
export interface SessionListRequest {
  offset: number;
  count: number;
  filter: string;
  order: SessionOrder;
}
