import { Injectable } from '@nestjs/common';
import { Client } from '../common/http/client';
import { Caller } from './caller';

/** Where a request came from. */
export interface RequestSource {
  client: Client;
  /** The Host header. */
  host: string;
}

/** Wants to know of each use of a token. It is called within the request: it neither waits nor throws. */
type Watcher = (caller: Caller, source: () => RequestSource) => void;

/** Tells of each use of a token that works, whoever listens. */
@Injectable()
export class TokenUses {
  private readonly watchers: Watcher[] = [];

  watch(watcher: Watcher): void {
    this.watchers.push(watcher);
  }

  /** @param source is read only if somebody wants to know it */
  report(caller: Caller, source: () => RequestSource): void {
    for (const watcher of this.watchers) watcher(caller, source);
  }
}
