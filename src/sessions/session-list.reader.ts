import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { ApiError } from '../common/errors/api-error';
import { readCursor, writeCursor } from '../common/paging/cursor';
import { INVALID_CURSOR } from '../common/paging/cursor.problems';
import { fromCursor, toCursor } from '../session-index/list-cursor';
import { ListPosition } from '../session-index/list-position';
import { SessionListParameters } from './dto/session-list.parameters';
import { viewOwnPage, viewPage } from './session-list.view';
import { PageRequest, SessionListingService } from './session-listing.service';
import { OwnSessionView, SessionListView } from './session.shapes';

/** Answers lists: a page by its offset, or a step of a walk (contract §8). */
@Injectable()
export class SessionListReader {
  constructor(private readonly listing: SessionListingService) {}

  /** The caller's own sessions. */
  async own(
    caller: Caller,
    parameters: SessionListParameters,
  ): Promise<SessionListView<OwnSessionView>> {
    const request = await this.requestOf(caller, parameters, caller.id);
    const page = await this.listing.listOf(caller.id, request);
    return {
      ...viewOwnPage(page, request, caller.token.hashedToken),
      ...step(caller, parameters, page.next),
    };
  }

  /** Everybody's. */
  async all(caller: Caller, parameters: SessionListParameters): Promise<SessionListView> {
    const request = await this.requestOf(caller, parameters);
    const page = await this.listing.listAll(request);
    return { ...viewPage(page, request), ...step(caller, parameters, page.next) };
  }

  /**
   * @param owner whose list it is; all without
   * @throws ApiError invalid-cursor
   */
  private async requestOf(
    { clientSecret }: Caller,
    parameters: SessionListParameters,
    owner?: string,
  ): Promise<PageRequest> {
    const { request } = parameters;
    const cursor = readCursor(clientSecret, parameters);
    if (!cursor) return request;
    const place = fromCursor(request.order, cursor);
    const after =
      place && 'hash' in place ? await this.listing.positionOf(place, request.order, owner) : place;
    if (!after) throw new ApiError(INVALID_CURSOR);
    return { ...request, after };
  }
}

/** Without a cursor the answer says nothing of a next one. */
function step(
  { clientSecret }: Caller,
  { cursor, cursorScope }: SessionListParameters,
  next: ListPosition | undefined,
): { nextCursor?: string | null } {
  if (cursor === undefined) return {};
  return { nextCursor: next ? writeCursor(clientSecret, cursorScope, toCursor(next)) : null };
}
