import { Injectable } from '@nestjs/common';
import { Client } from '../common/http/client';
import { Caller } from './caller';

export interface RequestSource {
  client: Client;
  host: string;
}

/** Called within the request: must neither block nor throw. */
type Watcher = (caller: Caller, source: () => RequestSource) => void;

/** Notifies watchers of each use of a valid token. */
@Injectable()
export class TokenUses {
  private readonly watchers: Watcher[] = [];

  watch(watcher: Watcher): void {
    this.watchers.push(watcher);
  }

  report(caller: Caller, source: () => RequestSource): void {
    for (const watcher of this.watchers) watcher(caller, source);
  }
}
