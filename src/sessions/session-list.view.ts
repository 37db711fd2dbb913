import { SessionListRequest } from './dto/session-list.parameters';
import { SessionPage } from './session-listing.service';
import { SessionView, viewSession } from './session.view';

/** A page of sessions as the API shows it (contract §3). */
export interface SessionListView<Row extends SessionView = SessionView> {
  sessions: Row[];
  total: number;
  /** The limit that was applied, not the number of rows. */
  count: number;
  offset: number;
}

export type OwnSessionView = SessionView & {
  /** Whether it is the session of the token that asks. */
  current: boolean;
};

/** Everybody's sessions, each with its owner. */
export function viewPage(page: SessionPage, request: SessionListRequest): SessionListView {
  return viewRows(
    page.rows.map((row) => viewSession(row.sessionId, row, row._user)),
    page,
    request,
  );
}

/** The caller's own sessions, the one that asks marked. */
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
