import { Injectable } from '@nestjs/common';

/** Names a login: a token of one owner. */
export interface LoginKey {
  token: string;
  /** What the document has in `userId`: other programs wrote it. Undefined: the field is missing. */
  owner: unknown;
}

/** Which logins a write may have changed, each named in the way that the writer knows it by. */
export interface ChangedSessions {
  logins?: readonly LoginKey[];
  /** Likewise; none of their documents is live any more. */
  ended?: readonly LoginKey[];
  /** Every login of these tokens, whatever owner it names. */
  tokens?: readonly string[];
  /** Every login of these users. */
  owners?: readonly string[];
  /** The logins that showed these documents before. */
  documents?: readonly unknown[];
  /** Likewise; these are gone or of another login now, so that nothing else tells which logins they belonged to. */
  removed?: readonly unknown[];
}

/** Awaited before the write is answered. Must not throw: the write has happened. */
type Watcher = (changed: ChangedSessions) => Promise<void>;

/** Notifies watchers of each write of this service to session documents. */
@Injectable()
export class SessionWrites {
  private readonly watchers: Watcher[] = [];

  watch(watcher: Watcher): void {
    this.watchers.push(watcher);
  }

  async report(changed: ChangedSessions): Promise<void> {
    for (const watcher of this.watchers) await watcher(changed);
  }
}
