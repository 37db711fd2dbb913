import { EndedSession } from '../../session-lifecycle/session-history.repository';
import { isText } from '../../workspace-data/sessions/stored-session';
import { UserProfile } from '../../workspace-data/users/users.repository';
import { viewFields, viewUser } from '../session.view';
import { EndedSessionView } from './session-history.shapes';

/** @param profiles of the users that exist, by id */
export function viewEndedSession(
  ending: EndedSession,
  profiles: ReadonlyMap<string, UserProfile>,
): EndedSessionView {
  const { _id, sessionId, userId, endedAt, reason, note } = ending;
  const owner = isText(userId) ? profiles.get(userId) : undefined;
  return {
    sessionId: sessionId ?? null,
    ...viewFields(ending),
    endedAt,
    endedBy: viewEnder(ending.endedBy, profiles),
    reason,
    ...(note !== undefined && { note }),
    ...viewUser(owner),
    _id,
  };
}

/** The ids of all users who appear in these endings. */
export function usersIn(endings: readonly EndedSession[]): string[] {
  return [...new Set(endings.flatMap(({ userId, endedBy }) => [userId, endedBy].filter(isText)))];
}

/** What another program ended may name nobody. */
function viewEnder(
  endedBy: unknown,
  profiles: ReadonlyMap<string, UserProfile>,
): EndedSessionView['endedBy'] {
  if (!isText(endedBy)) return null;
  const username = profiles.get(endedBy)?.username;
  return { _id: endedBy, ...(username !== undefined && { username }) };
}
