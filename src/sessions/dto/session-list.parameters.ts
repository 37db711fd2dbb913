import { ApiError } from '../../common/errors/api-error';
import { CursorParameters, CursorPosition } from '../../common/paging/cursor';
import { INVALID_CURSOR } from '../../common/paging/cursor.problems';
import { OptionalStorableString, OptionalString } from '../../common/validation/parameter.rules';
import { fromCursor } from '../../session-index/list-cursor';
import { SessionOrder } from '../../session-index/session-order';
import { parseOrder } from '../session-order';
import { PageParameters, PageRequest } from './page.parameters';

/** Contract §3 and §8, of the caller's own sessions. */
export class SessionListParameters extends PageParameters implements CursorParameters {
  protected readonly route: string = 'sessions/list';

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
    return [this.route, this.filter ?? '', parseOrder(this.sort)];
  }

  isPosition(position: CursorPosition): boolean {
    return fromCursor(parseOrder(this.sort), position) !== undefined;
  }

  /** With defaults and limits applied. */
  get request(): SessionListRequest {
    return { ...this.page, filter: this.filter ?? '', order: parseOrder(this.sort) };
  }
}

/** As above, of everybody's: neither list takes a cursor of the other. */
export class AllSessionsListParameters extends SessionListParameters {
  protected override readonly route = 'sessions/list.all';
}

/** `count` rows from `offset` of those that contain `filter`, in this order. */
export interface SessionListRequest extends PageRequest {
  filter: string;
  order: SessionOrder;
}
