import { Client } from '../common/http/client';
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

export interface Revocation {
  /** The id of a user. Undefined if another program ended it: nobody knows for whom. */
  by: string | undefined;
  /** `admin` of a session of that user's own is recorded as `logout`. */
  reason: EndingReason;
  /** That user's remark. */
  note?: string;
  /** Of the request that revokes. Undefined if no request does. */
  client?: Client;
}

/** One login by its token, with what the caller has already read. */
export interface RevocableLogin {
  /** The id of a user. Undefined if the session document has none: then the holder of the token. */
  owner: string | undefined;
  hashedToken: string;
  session?: StoredSession;
  token?: StoredToken;
}

/** Selects logins. `allOf` and `othersOf` skip personal access tokens unless told otherwise. */
export type Selector =
  | { token: RevocableLogin }
  | { sessions: readonly RevocableLogin[] }
  | { allOf: string; personalAccessTokens?: boolean }
  | { othersOf: string; except: string; personalAccessTokens?: boolean };

export interface RevokedSession {
  /** The id of its ending. */
  id: string;
  /** Whether this revocation ended it, and not another one before. */
  isFirst: boolean;
}
