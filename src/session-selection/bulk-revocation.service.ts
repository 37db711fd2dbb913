import { Injectable } from '@nestjs/common';
import { OwnedLogin } from '../session-index/live-row';
import { Revocation } from '../session-lifecycle/revocation';
import { SessionLifecycle } from '../session-lifecycle/session-lifecycle.service';
import { ownerOf } from '../workspace-data/sessions/stored-session';
import { SelectedSessions, Selection } from './selected-sessions.service';

/** How many sessions one call ends at most (contract §6). */
export const MOST_ENDED = 1000;
/** As many as are confirmed and revoked together. */
const AT_ONCE = 100;

export interface BulkOutcome {
  /** Sessions that matched when the call began. */
  matched: number;
  /** Those that this call was the first to end. */
  ended: number;
  /** Those that no call has looked at yet. */
  remaining: number;
}

export interface BulkLimits {
  /** How long it may take, as far as it can be foreseen. */
  budgetMs?: number;
  /** How many sessions; `MOST_ENDED` unless told otherwise. */
  most?: number;
  /** Told now and then how many have ended. */
  onProgress?: (ended: number) => void;
}

/** Revokes the sessions that a selection means, some at a time. */
@Injectable()
export class BulkRevocation {
  constructor(
    private readonly selected: SelectedSessions,
    private readonly lifecycle: SessionLifecycle,
  ) {}

  /**
   * Ends the first of them, the oldest login first, and fewer than it may on a slow database. When it returns,
   * their tokens are gone. The number of database commands does not grow with the number of sessions that match; a crash
   * leaves what `SessionLifecycle.revoke` leaves.
   */
  async revokeNext(
    selection: Selection,
    revocation: Revocation,
    { budgetMs = Infinity, most = MOST_ENDED, onProgress }: BulkLimits = {},
  ): Promise<BulkOutcome> {
    const start = performance.now();
    const [found, tally] = await Promise.all([
      // One more tells whether any are left.
      this.selected.page(selection, 'oldest first', most + 1),
      this.selected.tally(selection),
    ]);
    const batch = found.slice(0, most);
    let examined = 0;
    let matched = 0;
    let ended = 0;
    let longest = 0;
    while (examined < batch.length) {
      const began = performance.now();
      if (examined > 0 && began - start + longest > budgetMs) break;
      const some = batch.slice(examined, examined + AT_ONCE);
      // Just before they are revoked: they may have ended since.
      const live = await this.selected.confirm(selection, some);
      ended += await this.revoke(live, revocation);
      matched += live.length;
      examined += some.length;
      onProgress?.(ended);
      longest = Math.max(longest, performance.now() - began);
    }
    // The count ran at another moment than the page, which may show that there are more or none.
    const remaining = found.length > examined ? Math.max(1, tally.sessions - examined) : 0;
    return { matched: matched + remaining, ended, remaining };
  }

  /** @returns how many of them it was the first to end */
  private async revoke(live: readonly OwnedLogin[], revocation: Revocation): Promise<number> {
    const sessions = live.map((session) => ({
      owner: ownerOf(session),
      hashedToken: session._id.token,
      session: { ...session, loginToken: session._id.token },
    }));
    const revoked = await this.lifecycle.revoke({ sessions }, revocation);
    return revoked.filter(({ isFirst }) => isFirst).length;
  }
}
