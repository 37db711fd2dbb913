import { Injectable } from '@nestjs/common';
import { Caller } from '../auth/caller';
import { readCursor, writeCursor } from '../common/paging/cursor';
import { fromCursor, ListPosition, toCursor } from '../session-index/list-position';
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
    const request = requestOf(caller, parameters);
    const page = await this.listing.listOf(caller.id, request);
    return {
      ...viewOwnPage(page, request, caller.token.hashedToken),
      ...step(caller, parameters, page.next),
    };
  }

  /** Everybody's. */
  async all(caller: Caller, parameters: SessionListParameters): Promise<SessionListView> {
    const request = requestOf(caller, parameters);
    const page = await this.listing.listAll(request);
    return { ...viewPage(page, request), ...step(caller, parameters, page.next) };
  }
}

function requestOf({ clientSecret }: Caller, parameters: SessionListParameters): PageRequest {
  const { request } = parameters;
  const position = readCursor(clientSecret, parameters);
  return { ...request, ...(position && { after: fromCursor(request.order, position) }) };
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
