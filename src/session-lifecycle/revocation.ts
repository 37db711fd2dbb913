import { StoredSession } from '../workspace-data/sessions/stored-session';
import { StoredToken } from '../workspace-data/users/stored-token';

/** Why a session ended (docs/adr/0021). `workspace`: another program ended it. */
export type EndingReason =
  | 'logout'
  | 'admin'
  | 'bulk'
  | 'logout-all'
  | 'factor-changed'
  | 'factor-reset'
  | 'login-limit'
  | 'workspace';

/** Who revokes sessions, and why. */
export interface Revocation {
  /** The id of the user. */
  by: string;
  reason: EndingReason;
  /** What that user says about it. */
  note?: string;
}

/** One login, by its token, with what its caller has read of it already. */
export interface RevocableLogin {
  /** The id of the user whose login it is; undefined when its session document names none: the token's holder. */
  owner: string | undefined;
  hashedToken: string;
  /** A session document of it. */
  session?: StoredSession;
  /** The token, from its owner's list. */
  token?: StoredToken;
}

/** Which logins are to be revoked. Personal access tokens are no logins: `allOf` and `othersOf` spare them unless told. */
export type Selector =
  | { token: RevocableLogin }
  | { sessions: readonly RevocableLogin[] }
  | { tokens: { owner: string; hashedTokens: readonly string[] } }
  | { allOf: string; personalAccessTokens?: boolean }
  | { othersOf: string; except: string; personalAccessTokens?: boolean };

/** How a login that has been revoked stands in the history. */
export interface RevokedSession {
  /** The id of its ending. */
  id: string;
  sessionId?: string;
  userId?: string;
  endedAt: Date;
  /** The id of the user who was first. */
  endedBy: string;
  reason: EndingReason;
  /** Whether this revocation was the first. */
  isFirst: boolean;
}
