import { OptionalInteger, toInteger } from '../../common/validation/parameter.rules';

export const DEFAULT_COUNT = 50;
export const MAX_COUNT = 100;

/** Contract §3, without filter and sort. */
export class PageParameters {
  @OptionalInteger({ min: 0 })
  offset?: string;

  @OptionalInteger({ min: 1 })
  count?: string;

  /** With defaults and limits applied. */
  get page(): PageRequest {
    return {
      offset: toInteger(this.offset, 0),
      count: Math.min(toInteger(this.count, DEFAULT_COUNT), MAX_COUNT),
    };
  }
}

export interface PageRequest {
  offset: number;
  count: number;
}
