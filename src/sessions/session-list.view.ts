import { SessionListRequest } from './dto/session-list.parameters';
import { SessionPage } from './session-listing.service';
import { OwnSessionView, SessionListView, SessionView } from './session.shapes';
import { viewSession } from './session.view';

export function viewPage(page: SessionPage, request: SessionListRequest): SessionListView {
  return viewRows(
    page.rows.map((row) => viewSession(row.sessionId, row, row._user)),
    page,
    request,
  );
}

/** Marks the session of the token that made the request as current. */
export function viewOwnPage(
  page: SessionPage,
  request: SessionListRequest,
  hashedToken: string,
): SessionListView<OwnSessionView> {
  return viewRows(
    page.rows.map((row) => ({
      ...viewSession(row.sessionId, row, undefined),
      current: row._id.token === hashedToken,
    })),
    page,
    request,
  );
}

function viewRows<Row extends SessionView>(
  sessions: Row[],
  { total }: SessionPage,
  { count, offset }: SessionListRequest,
): SessionListView<Row> {
  return { sessions, total, count, offset };
}
