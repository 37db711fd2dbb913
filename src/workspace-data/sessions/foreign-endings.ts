import { Injectable } from '@nestjs/common';
import { LoginKey } from './session-writes';

/** What another program may have ended, as its writes show. */
export type ForeignEnding =
  /** A document of each of these logins was stamped. */
  | { stamped: readonly LoginKey[] }
  /** The tokens of their owner changed at that time, long enough ago that no request of ours is amid a change. */
  | { tokensChanged: readonly LoginKey[]; at: Date };

/** Whoever watches decides what has ended, and must be idempotent: the same is told again after a crash. */
type Watcher = (ending: ForeignEnding) => Promise<void>;

/** Tells watchers which sessions other programs may have ended (docs/adr/0035). */
@Injectable()
export class ForeignEndings {
  private readonly watchers: Watcher[] = [];

  watch(watcher: Watcher): void {
    this.watchers.push(watcher);
  }

  /** @throws what a watcher throws: then it must be told again */
  async report(ending: ForeignEnding): Promise<void> {
    for (const watcher of this.watchers) await watcher(ending);
  }
}
